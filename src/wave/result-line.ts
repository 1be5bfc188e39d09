/** Where things stand in a line of the results, as it is recorded: registration number, NIK, outcome and so on. */

/** From the comma behind the registration number to the first letter of the outcome: sixteen digits and the commas around them. */
export const TO_OUTCOME = 18;
