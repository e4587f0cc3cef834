/** What a recorder needs of an event to tell whether it is one of many. */
export interface CorrelatedEvent {
  /** The object that it is about, without the part of it. */
  readonly object: string;
  /** The part of the object, or empty. */
  readonly fieldPath: string;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

/** From so many different messages on, events of one type and reason about one object become one. */
const MOST_MESSAGES = 10;
const FORGOTTEN_AFTER_MS = 600_000;
/** An object may have so many events of one type at once, and one more every five minutes. */
const BURST = 25;
const REFILL_MS = 300_000;
const MEMORY = 4096;

/**
 * Keeps a flood of events small, as every recorder of Kubernetes does: similar ones are combined, and about one object there are only so many of a type.
 * Source: client-go `tools/record/events_cache.go`.
 */
export class EventCorrelation {
  readonly #groups = new Map<string, {readonly messages: Set<string>; at: number}>();
  readonly #budgets = new Map<string, {tokens: number; at: number}>();

  /** Under which key the event is counted, and what it then says. */
  combine(event: CorrelatedEvent, now: number): {readonly key: string; readonly message: string} {
    const {object, fieldPath, type, reason, message} = event;
    const group = [object, type, reason].join('\n');
    const known = this.#groups.get(group);
    const messages = known !== undefined && now - known.at <= FORGOTTEN_AFTER_MS ? known.messages : new Set<string>();
    messages.add(message);
    remember(this.#groups, group, {messages, at: now});
    if (messages.size < MOST_MESSAGES) return {key: [group, fieldPath, message].join('\n'), message};
    messages.delete(messages.values().next().value ?? '');
    return {key: group, message: `(combined from similar events): ${message}`};
  }

  /** Whether there may be one more event now; `subject` is the object and the type of the event. */
  admit(subject: string, now: number): boolean {
    const known = this.#budgets.get(subject) ?? {tokens: BURST, at: now};
    const tokens = Math.min(BURST, known.tokens + (now - known.at) / REFILL_MS);
    remember(this.#budgets, subject, {tokens: tokens >= 1 ? tokens - 1 : tokens, at: now});
    return tokens >= 1;
  }
}

function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > MEMORY) map.delete(map.keys().next().value ?? '');
}
