import type { Concept, ListedConcept } from '../../src/core/types';
import { refused, USER_SCOPE } from './refused';
import type { FakeServer } from './server';

type Call = Record<'path' | 'body' | 'query', Record<string, unknown>>;

const ALL = '/api/v2/locrits/{name}/memory/concepts';
const ONE = `${ALL}/{concept_id}`;

/** What was said, by the ids of the concepts; and what was decided of them, with the real server's rules. */
export class FakeConcepts {
  readonly said = new Map<string, ListedConcept>();
  readonly decided = new Map<string, Concept>();

  constructor(private readonly server: FakeServer) {}

  say(name: string, mentions: number): void {
    const at = this.server.now();
    const counted = { id: name, name, type: 'name', mentions, first_mentioned_at: at, last_mentioned_at: at };
    this.said.set(name, counted);
  }

  routes(): Record<string, (call: Call) => unknown> {
    const { server } = this;
    return {
      [`get ${ALL}`]: () => ({
        concepts: this.listed(),
        total: this.listed().length,
        decided: [...this.decided.values()],
      }),
      'post /api/v2/sync/concepts': ({ body }) => {
        for (const theirs of body.concepts as Concept[])
          if (theirs.rev > (this.decided.get(theirs.id)?.rev ?? 0)) this.save('updated', theirs);
        return { success: true };
      },
      [`get ${ONE}`]: ({ path }) => {
        const one = this.listed().find(({ id }) => id === path.concept_id);
        if (one === undefined) throw refused(404, 'not_found');
        return { ...one, description: '', origin: '', merged: [], related: [], examples: [] };
      },
      [`patch ${ONE}`]: ({ path, body: { op_id, rev, ...changes } }) =>
        server.once({ op_id }, () => {
          const current = this.decided.get(String(path.concept_id));
          if (rev !== undefined && rev !== (current?.rev ?? 0)) throw refused(409, 'conflict', { current });
          return this.decide(path, 'updated', changes);
        }),
      [`post ${ONE}/merge`]: ({ path, body }) =>
        server.once(body, () => this.decide(path, 'updated', { merged_into: String(body.into) })),
      [`delete ${ONE}`]: ({ path, query }) =>
        server.once(query, () => this.decide(path, 'deleted', { deleted_at: server.now() })),
      [`post ${ONE}/restore`]: ({ path, query }) =>
        server.once(query, () => this.decide(path, 'restored', { deleted_at: null, merged_into: null })),
    };
  }

  private listed(): ListedConcept[] {
    const shown = new Map<string, ListedConcept>();
    const of = (id: string) => this.decided.get(id);
    for (const one of this.said.values())
      if (!of(one.id)?.deleted_at && !of(one.id)?.merged_into)
        shown.set(one.id, { ...one, name: of(one.id)?.name || one.name, type: of(one.id)?.type || one.type });
    for (const { id, mentions } of this.said.values()) {
      const root = shown.get(of(id)?.merged_into ?? '');
      if (root) root.mentions += mentions;
    }
    return [...shown.values()];
  }

  private decide(
    { name, concept_id }: Call['path'],
    what: 'updated' | 'deleted' | 'restored',
    changes: Partial<Concept>,
  ): Concept {
    const { server } = this;
    const [id, locrit_id, at] = [String(concept_id), String(name), server.now()];
    const before = this.decided.get(id) ?? { ...NEW, id, locrit_id, created_at: at };
    return this.save(what, { ...before, ...changes, rev: before.rev + 1, updated_at: at });
  }

  private save(what: 'updated' | 'deleted' | 'restored', row: Concept): Concept {
    this.decided.set(row.id, row);
    this.server.log(USER_SCOPE, `concept.${what}`, row.id, row, null);
    return row;
  }
}

const NEW = {
  name: '',
  type: '',
  description: '',
  origin: '',
  merged_into: null,
  rev: 0,
  deleted_at: null,
  forgotten_at: null,
} as const;
