/** Wakes those who wait. A ring between looking and waiting is not missed: whoever waits says what he has heard. */
export class Bell {
  private rings = 0;
  private waiting = new Set<() => void>();

  /** How often it has rung. */
  get count(): number {
    return this.rings;
  }

  ring(): void {
    this.rings += 1;
    const woken = this.waiting;
    this.waiting = new Set();
    for (const wake of woken) wake();
  }

  /** Until it has rung more than `heard` times, or until `milliseconds` have passed. */
  async after(heard: number, milliseconds: number | null = null): Promise<void> {
    if (this.rings > heard) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      const wake = (): void => resolve();
      this.waiting.add(wake);
      if (milliseconds === null) return;
      timer = setTimeout(
        () => {
          this.waiting.delete(wake);
          resolve();
        },
        Math.max(milliseconds, 0),
      );
    });
    clearTimeout(timer);
  }
}
