/** node-postgres, as the program loads it. */
import './navigator.ts';
import pg from 'pg';

export default pg;
