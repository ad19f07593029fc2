/** Lets one at a time go on, in the order they asked. */
export class Turns {
  private last: Promise<void> = Promise.resolve();

  /** Resolves when everybody before has finished; call what it resolves to when done. */
  async next(): Promise<() => void> {
    const before = this.last;
    let end: () => void = () => {};
    this.last = new Promise((resolve) => {
      end = resolve;
    });
    await before;
    return end;
  }
}
