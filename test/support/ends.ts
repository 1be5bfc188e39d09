/**
 * What tests begin is ended when they are through, the last first. One process runs many files and loads a module once
 * for all of them: a hook of the module's own would be a hook of the first file alone. `hooks.ts` has each file call these.
 */
type End = () => unknown;

const ofTest: End[] = [];
const ofFile: End[] = [];

/** When the test is through, or where it began in a hook, the next one. */
export function afterTest(end: End): void {
  ofTest.push(end);
}

/** When the file of tests is through. */
export function afterFile(end: End): void {
  ofFile.push(end);
}

export function endTest(): Promise<void> {
  return endAll(ofTest);
}

export function endFile(): Promise<void> {
  return endAll([...ofFile.splice(0), ...ofTest.splice(0)]);
}

/** All of them, whatever becomes of one; throws what the first threw that failed. */
async function endAll(ends: End[]): Promise<void> {
  const failures: unknown[] = [];
  for (const end of ends.splice(0).reverse()) {
    try {
      await end();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
