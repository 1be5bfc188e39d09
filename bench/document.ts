/** What a measurement says, as `--json` writes it. Times are in milliseconds, memory and files in bytes. */

/** One command as a process of its own. Null where the system does not say. */
export interface Command {
  readonly milliseconds: number;
  /** Of the largest of its Node processes. */
  readonly peak_memory: number | null;
  readonly node_cpu_seconds: number | null;
  /** Of all processes of the PostgreSQL server meanwhile. */
  readonly database_cpu_seconds: number | null;
}

/** As `wave status` has it. */
export interface Stage {
  readonly stage: string;
  /** From the beginning of its first step to the end of its last one. */
  readonly milliseconds: number;
  readonly counts: Readonly<Record<string, number>>;
}

export interface FileFigures {
  readonly file: string;
  readonly bytes: number;
  /** Without the header. */
  readonly rows: number;
}

/** As `import` has it, but for the time, which is that of the whole process. */
export interface Import extends FileFigures {
  readonly milliseconds: number;
  readonly rows_rejected: number;
}

export interface Peer {
  readonly registry_ms: number;
  readonly wave_ms: number;
  readonly threads: number;
  readonly peak_memory: number;
  readonly duckdb: string;
}

export interface Round {
  /** Version of the server. */
  readonly postgresql: string;
  /** Registry, lists, recipients: before the wave, and not part of its time. */
  readonly references: readonly Import[];
  readonly applicants: Import;
  readonly import: Command;
  readonly close: Command;
  readonly export: Command;
  readonly stages: readonly Stage[];
  readonly copy_ms: number;
  readonly database_bytes: { readonly after_import: number; readonly after_close: number };
  /** Rows of the file that were taken. */
  readonly applications: number;
  readonly files: readonly FileFigures[];
  readonly peer: Peer;
  /** Rows of results.csv and accepted.csv that are not the peer's. */
  readonly differences: number;
}

export interface WaveFigures {
  readonly applications: number;
  readonly registry: number;
  readonly rounds: readonly Round[];
}

/** A wave closed with so many workers beside it. */
export interface WorkersRound {
  readonly workers: number;
  /** Version of the server. */
  readonly postgresql: string;
  /** Node's CPU time and memory are those of the close and of all the workers while it went on. */
  readonly close: Command;
  readonly stages: readonly Stage[];
}

export interface GrowthFigures {
  readonly applications: number;
  readonly registry: number;
  /** Steps that a process does side by side. */
  readonly concurrency: number;
  readonly rounds: readonly WorkersRound[];
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memory: number;
  readonly system: string;
}

export interface Versions {
  readonly node: string;
  readonly postgresql: string | null;
  /** Null where the peer was not run. */
  readonly duckdb: string | null;
  readonly queue: 'PostgreSQL' | 'Redis';
  /** With a plus sign where files differ from it. */
  readonly commit: string;
}

export interface BenchDocument {
  /** ISO 8601. */
  readonly taken_at: string;
  readonly machine: Machine;
  readonly versions: Versions;
  readonly seed: number;
  readonly waves: readonly WaveFigures[];
  readonly growth: readonly GrowthFigures[];
}
