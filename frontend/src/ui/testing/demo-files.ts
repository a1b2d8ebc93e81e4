import type { GivenFile, GivenFiles } from '../../core';
import { type DemoStore, signal } from './demo-store';

/** The files of drafts, which go nowhere. */
export function demoFiles(store: DemoStore): GivenFiles {
  let files: GivenFile[] = [];
  const nothing = signal(1);
  const change = (next: GivenFile[]) =>
    store.change(() => {
      files = next;
    });
  return {
    of: (draft) => store.read(() => files.filter((file) => file.draft === draft)),
    get: (id) => store.read(() => files.find((file) => file.id === id)),
    progress: () => nothing,
    add: async (draft, given) => {
      const rows = given.map((content) => ({ id: crypto.randomUUID(), draft, content, added_at: 0 }));
      await change([...files, ...rows.map((row) => ({ ...row, name: row.content.name, type: row.content.type }))]);
    },
    remove: async (id) => void (await change(files.filter((file) => file.id !== id))),
    move: async (from, to) =>
      void (await change(files.map((file) => (file.draft === from ? { ...file, draft: to } : file)))),
    take: async () => [],
    leave: async () => {},
  };
}
