/** Topics by their keys, so that an event is tested only against those that it may belong to. */
import type { Subject } from "../search/evaluate.ts";
import type { Key } from "../search/keys.ts";
import type { Topic } from "./topic.ts";

export class TopicIndex<T extends Topic> {
  readonly #byKey = new Map<Key, Set<T>>();
  /** Topics without keys. */
  readonly #others = new Set<T>();

  add(topic: T): void {
    if (!topic.keys) this.#others.add(topic);
    for (const key of topic.keys ?? []) {
      const topics = this.#byKey.get(key) ?? new Set();
      this.#byKey.set(key, topics.add(topic));
    }
  }

  delete(topic: T): void {
    this.#others.delete(topic);
    for (const key of topic.keys ?? []) {
      const topics = this.#byKey.get(key);
      if (topics?.delete(topic) && topics.size === 0) this.#byKey.delete(key);
    }
  }

  /** The topics to which some of the subjects may belong, each with these, in their order. */
  candidates(subjects: readonly Subject[]): Map<T, readonly Subject[]> {
    const found = new Map<T, Subject[]>();
    if (this.#byKey.size > 0) {
      for (const subject of subjects) {
        for (const key of subject.keys()) {
          for (const topic of this.#byKey.get(key) ?? []) {
            const own = found.get(topic);
            if (!own) found.set(topic, [subject]);
            else if (own.at(-1) !== subject) own.push(subject);
          }
        }
      }
    }
    return new Map<T, readonly Subject[]>([
      ...found,
      ...[...this.#others].map((topic) => [topic, subjects] as const),
    ]);
  }
}
