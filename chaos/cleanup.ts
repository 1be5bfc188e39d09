/** What has to be undone, in the opposite order: by a case that is through, and by a harness that is stopped. */
export class Cleanup {
  readonly #undone: { readonly undo: () => Promise<unknown>; readonly atOnce: () => void }[] = [];

  /**
   * @param undo in good order
   * @param atOnce the same where there is no time: the process ends when it returns
   */
  add(undo: () => Promise<unknown>, atOnce: () => void = () => {}): void {
    this.#undone.push({ undo, atOnce });
  }

  /** One that may be run before, and is run with this one at the latest. */
  part(): Cleanup {
    const part = new Cleanup();
    this.add(
      () => part.run(),
      () => part.runAtOnce(),
    );
    return part;
  }

  /** All of it is tried, the first thing that goes wrong is thrown. */
  async run(): Promise<void> {
    const errors: unknown[] = [];
    for (let last = this.#undone.at(-1); last !== undefined; last = this.#undone.at(-1)) {
      await last.undo().catch((error: unknown) => errors.push(error));
      this.#undone.pop();
    }
    if (errors.length > 0) throw errors[0];
  }

  runAtOnce(): void {
    for (const { atOnce } of this.#undone.splice(0).reverse()) {
      try {
        atOnce();
      } catch {
        // There is nobody left to tell.
      }
    }
  }
}
