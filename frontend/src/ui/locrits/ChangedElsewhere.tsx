import { Button } from '../kit/Button';
import { libraryText } from '../text/library';
import { type AllText, useText, useTextOf } from '../text/text';
import type { LocritDraft } from './draft';

type FieldName = keyof LocritDraft;

interface Props {
  fields: FieldName[];
  /** What the server has by now. */
  now: LocritDraft;
  onMine: (field: FieldName) => void;
  onTheirs: (field: FieldName) => void;
}

/** What was changed in another place while it was being changed here: a person decides, field by field. */
export function ChangedElsewhere({ fields, now, onMine, onTheirs }: Props) {
  const t = useText();
  const { locritHost } = useTextOf(libraryText);
  if (!fields.length) return null;
  return (
    <section aria-label={t.archive.conflict} className="mb-6 border-bad border-l-2 py-1 pl-4 text-sm">
      <h2 className="font-[550]">{t.archive.conflict}</h2>
      <p className="text-ink-2">{t.hands.fieldsChanged}</p>
      <ul>
        {fields.map((field) => (
          <li key={field} className="mt-2 rounded-s border border-line bg-raised p-3">
            <p className="text-ink-3 text-xs">{field === 'host' ? locritHost : labelOf(field, t)}</p>
            <p dir="auto" className="max-h-40 overflow-y-auto whitespace-pre-wrap [overflow-wrap:anywhere]">
              {inWords(now[field], t) || '–'}
            </p>
            <div className="mt-2 flex flex-wrap gap-2">
              <Button small onClick={() => onTheirs(field)}>
                {t.archive.keepTheirs}
              </Button>
              <Button small onClick={() => onMine(field)}>
                {t.archive.keepMine}
              </Button>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function labelOf(field: FieldName, { form, models, tools }: AllText): string {
  const labels: Partial<Record<FieldName, string>> = {
    system_prompt: form.prompt,
    welcome_message: form.welcome,
    options: form.thinking,
    think: models.think,
    tools: tools.title,
    recall: form.recall,
    memories: form.memories,
    message_limit: form.limit,
    open_to: form.openTo,
    access_to: form.accessTo,
    page: form.publicPage,
  };
  const own = form[field as keyof typeof form];
  return labels[field] ?? (typeof own === 'string' ? own : field);
}

function inWords(value: unknown, t: AllText): string {
  if (typeof value === 'boolean') return value ? t.on : t.off;
  if (typeof value !== 'object' || value === null) return String(value ?? '');
  return Object.entries(value)
    .map(([name, each]) => `${name}: ${inWords(each, t)}`)
    .join(' · ');
}
