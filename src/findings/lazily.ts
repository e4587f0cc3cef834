/** Makes a value when it is first asked for, once. */
export function lazily<Value>(make: () => Value): () => Value {
  let made: {readonly value: Value} | null = null;
  return () => {
    made ??= {value: make()};
    return made.value;
  };
}

/** A function that notes its answers, for as long as what they are about is kept. */
export function noted<Key extends object, Value>(answer: (key: Key) => Value): (key: Key) => Value {
  const answers = new WeakMap<Key, {readonly value: Value}>();
  return (key) => {
    let found = answers.get(key);
    if (found === undefined) {
      found = {value: answer(key)};
      answers.set(key, found);
    }
    return found.value;
  };
}

/** Items by a key, in the order given. */
export function grouped<Item>(items: Iterable<Item>, keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** An answer about a view, made once for each. */
export function lazilyOf<About extends {readonly view: object}, Value>(make: (about: About) => Value): (about: About) => Value {
  const answers = new WeakMap<object, {readonly value: Value}>();
  return (about) => {
    let found = answers.get(about.view);
    if (found === undefined) {
      found = {value: make(about)};
      answers.set(about.view, found);
    }
    return found.value;
  };
}
