/** Does something once nothing more of the same comes for a while. */
export class Later {
  private timer: number | undefined;

  constructor(private readonly milliseconds: number) {}

  run(what: () => void): void {
    this.stop();
    this.timer = window.setTimeout(what, this.milliseconds);
  }

  stop(): void {
    window.clearTimeout(this.timer);
  }
}
