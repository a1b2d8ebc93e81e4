import { MessageSquare, Unlink } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import type { ConceptDetails, ConceptRow, Locrit } from '../../../core';
import { useClient } from '../../app-context';
import { isGone } from '../../deleted';
import { useKept } from '../../failed';
import { draftKeys } from '../../form-draft';
import { Button } from '../../kit/Button';
import { DeletedNote } from '../../kit/Deleted';
import { Skeleton } from '../../kit/states';
import { paths } from '../../paths';
import { conceptsText } from '../../text/concepts';
import { useFormat } from '../../text/format-date';
import { useText, useTextOf } from '../../text/text';
import { ConceptActions } from './ConceptActions';
import { ConceptForm } from './ConceptForm';
import { useConcept } from './use-concepts';

interface Props {
  row: ConceptRow;
  all: ConceptRow[];
  locrit: Locrit;
  onChoose: (id: string) => void;
}

/** One concept with what stands around it, or the form that corrects it. */
export function ConceptCard({ row, all, locrit, onChoose }: Props) {
  const client = useClient();
  const t = useTextOf(conceptsText);
  const draftKey = draftKeys.concept(row.id);
  const [editing, setEditing] = useState(() => client.formDraft(draftKey) !== undefined);
  const { data, error, isPending, refetch, cancel } = useConcept(locrit, row.id);
  if (editing)
    return (
      <ConceptForm
        draftKey={draftKey}
        row={row}
        {...(data && { details: data })}
        onClose={() => {
          setEditing(false);
          void refetch();
        }}
      />
    );
  return (
    <div className="flex flex-col gap-4">
      <ConceptActions row={row} all={all} onEdit={() => setEditing(true)} onChoose={onChoose} onGo={cancel} />
      {row.state === 'rejected' && <Refused row={row} />}
      {isPending && <Skeleton className="h-24" />}
      {data ? (
        <>
          <Description row={row} details={data} onChange={() => void refetch()} />
          <AlsoCalled row={row} details={data} onChange={() => void refetch()} />
          <Related details={data} all={all} onChoose={onChoose} />
          <Examples details={data} locrit={locrit} />
        </>
      ) : (
        !isPending && (isGone(error) ? <DeletedNote /> : <p className="text-ink-3 text-sm">{t.detailsFailed}</p>)
      )}
    </div>
  );
}

interface DetailsProps {
  row: ConceptRow;
  details: ConceptDetails;
  onChange: () => void;
}

function Description({ row, details, onChange }: DetailsProps) {
  const t = useTextOf(conceptsText);
  const { concepts } = useClient();
  const isKept = useKept();
  const [isAsking, setAsking] = useState(false);
  async function describe() {
    setAsking(true);
    await isKept(concepts.describe(row));
    setAsking(false);
    onChange();
  }
  if (!details.description)
    return (
      <div>
        <Button small disabled={isAsking} onClick={describe}>
          {isAsking ? t.describing : t.describe}
        </Button>
      </div>
    );
  return (
    <p className="each-way whitespace-pre-wrap text-sm [overflow-wrap:anywhere]">
      {details.description}
      {details.origin === 'model' && <span className="ml-2 text-ink-3 text-xs">{t.byModel}</span>}
    </p>
  );
}

/** What was merged into it. */
function AlsoCalled({ row, details: { merged }, onChange }: DetailsProps) {
  const t = useTextOf(conceptsText);
  const { concepts } = useClient();
  const isKept = useKept();
  if (merged.length === 0) return null;
  return (
    <section>
      <h2 className="mb-1 font-[550] text-ink-2 text-xs">{t.alsoCalled}</h2>
      <ul className="flex flex-wrap gap-2">
        {merged.map(({ id, name }) => (
          <li key={id}>
            <Button
              small
              aria-label={t.apart(name)}
              onClick={async () => {
                await isKept(concepts.restore({ id, name, locrit_id: row.locrit_id }));
                onChange();
              }}
            >
              {name}
              <Unlink aria-hidden className="size-3.5" />
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Related({
  details: { related },
  all,
  onChoose,
}: Pick<Props, 'all' | 'onChoose'> & { details: ConceptDetails }) {
  const t = useTextOf(conceptsText);
  const known = related.filter(({ id }) => all.some((one) => one.id === id));
  if (known.length === 0) return null;
  return (
    <section>
      <h2 className="mb-1 font-[550] text-ink-2 text-xs">{t.related}</h2>
      <ul className="flex flex-wrap gap-2">
        {known.map(({ id, name, together }) => (
          <li key={id}>
            <Button small variant="plain" title={t.together(together)} onClick={() => onChoose(id)}>
              {name} <span className="text-ink-3 tabular-nums">{together}</span>
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Examples({ details: { examples }, locrit }: { details: ConceptDetails; locrit: Locrit }) {
  const t = useTextOf(conceptsText);
  const format = useFormat();
  if (examples.length === 0) return null;
  return (
    <section>
      <h2 className="mb-1 font-[550] text-ink-2 text-xs">{t.examples}</h2>
      <ul className="flex flex-col gap-3">
        {examples.map((one) => (
          <li key={one.message_id} className="border-line border-l-2 pl-3 text-sm">
            <p className="each-way [overflow-wrap:anywhere]">{one.content}</p>
            <p className="mt-0.5 text-ink-3 text-xs">
              {[one.role === 'user' ? t.you : locrit.name, format.dated(one.created_at), one.conversation_title]
                .filter(Boolean)
                .join(' · ')}
              <Link
                to={paths.chat(locrit.name, one.conversation_id, one.message_id)}
                className="touch-target ml-2 inline-flex items-center gap-1 text-accent hover:underline"
              >
                <MessageSquare aria-hidden className="size-3" />
                {t.open}
              </Link>
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What was refused: whether it shall be all the same. */
function Refused({ row: { problem, opId = '' } }: { row: ConceptRow }) {
  const t = useTextOf(conceptsText);
  const all = useText();
  const client = useClient();
  const isConflict = problem?.code === 'conflict';
  return (
    <div role="note" className="border-warn border-l-2 py-1 pl-3 text-sm">
      <p>{isConflict ? t.conflict : problem?.message}</p>
      <div className="mt-2 flex flex-wrap gap-2">
        <Button small onClick={() => client.resolve(opId, 'discard')}>
          {isConflict ? t.keepTheirs : all.cancel}
        </Button>
        <Button
          small
          variant="primary"
          onClick={() => (isConflict ? client.concepts.insist(opId) : client.resolve(opId, 'retry'))}
        >
          {isConflict ? t.keepMine : all.retry}
        </Button>
      </div>
    </div>
  );
}
