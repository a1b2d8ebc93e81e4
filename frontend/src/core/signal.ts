import type { Signal } from './types';

export class Value<T> implements Signal<T> {
  private readonly listeners = new Set<() => void>();

  constructor(private value: T) {}

  readonly get = (): T => this.value;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  get watched(): boolean {
    return this.listeners.size > 0;
  }

  set(value: T): void {
    if (Object.is(value, this.value)) return;
    this.value = value;
    for (const listener of [...this.listeners]) listener();
  }

  update(changes: Partial<T>): void {
    const names = Object.keys(changes) as (keyof T)[];
    if (names.some((name) => !Object.is(changes[name], this.value[name]))) this.set({ ...this.value, ...changes });
  }
}
