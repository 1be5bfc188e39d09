/** So many at once, the others in the order in which they came. */
export class Places {
  readonly #waiting = new Set<(isTaken: boolean) => void>();
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  /** @returns False when the signal was given first: there is nothing to give back then. */
  async take(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false;
    if (this.#free > 0) {
      this.#free -= 1;
      return true;
    }
    let leave = () => {};
    const taken = await new Promise<boolean>((resolve) => {
      leave = () => {
        this.#waiting.delete(resolve);
        resolve(false);
      };
      this.#waiting.add(resolve);
      signal.addEventListener('abort', leave, { once: true });
    });
    signal.removeEventListener('abort', leave);
    return taken;
  }

  giveBack(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free += 1;
      return;
    }
    this.#waiting.delete(next);
    next(true);
  }
}
