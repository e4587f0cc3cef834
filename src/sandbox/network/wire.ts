/** Something with bytes or an end to hand over at the next turn of the event loop. */
export interface Delivery {
  deliver(): void;
}

/**
 * Carries what one end of a virtual connection sent to the other, one turn of the event loop later.
 * Never at once: two ends that answer each other would otherwise call each other until the stack ends. Never as a microtask either:
 * a busy pair would then keep timers and real sockets from running.
 */
export class Wire {
  #waiting: Delivery[] = [];

  schedule(delivery: Delivery): void {
    if (this.#waiting.push(delivery) === 1) setImmediate(() => this.#deliverAll());
  }

  #deliverAll(): void {
    const due = this.#waiting;
    this.#waiting = [];
    for (const delivery of due) delivery.deliver();
  }
}
