import { useEffect } from 'react';
import { Link, useNavigate } from 'react-router';
import type { Rejected, RejectedLocrit } from '../../core';
import { useClient, useLive } from '../app-context';
import { draftKeys } from '../form-draft';
import { Button } from '../kit/Button';
import { Dialog } from '../kit/Dialog';
import type { LocritEdits } from '../locrits/draft';
import { paths } from '../paths';
import { inWords } from '../text/failures';
import { useText } from '../text/text';

/** All that the server refused, wherever it belongs: also what is on no page, because its conversation was deleted. */
export default function Decisions({ onClose }: { onClose: () => void }) {
  const t = useText().archive;
  const rejected = useLive((client) => client.rejected(), []);
  useEffect(() => {
    if (rejected?.length === 0) onClose();
  }, [rejected, onClose]);
  return (
    <Dialog open onOpenChange={onClose} title={t.decide}>
      <p className="px-6 pb-3 text-ink-2 text-sm">{t.decideText}</p>
      <ul>
        {rejected?.map((each) => (
          <Decision key={each.opId} rejected={each} onClose={onClose} />
        ))}
      </ul>
    </Dialog>
  );
}

interface DecisionProps {
  rejected: Rejected;
  onClose: () => void;
}

function Decision({ rejected, onClose }: DecisionProps) {
  const t = useText();
  const client = useClient();
  const { opId, text, problem, locrit, conversationId, change } = rejected;
  const said = problem && inWords(problem, t.failures);
  return (
    <li className="border-line border-t px-6 py-4 text-sm">
      <p className="each-way line-clamp-3 [overflow-wrap:anywhere]">
        {change ? t.kept[change.act](text) : text || t.archive.unnamed}
      </p>
      <p className="mt-1 text-ink-3">
        {said?.message} {said?.hint}
      </p>
      {change?.act === 'create' && change.waiting > 0 && (
        <p className="mt-1 text-ink-3">{t.kept.waiting(change.waiting)}</p>
      )}
      <div className="mt-3 flex flex-wrap justify-end gap-2">
        <Button small variant="ghost" onClick={() => client.resolve(opId, 'discard')}>
          {t.chat.discard}
        </Button>
        {locrit && conversationId && (
          <Button small variant="ghost" asChild>
            <Link to={paths.chat(locrit, conversationId)} onClick={onClose}>
              {t.archive.show}
            </Link>
          </Button>
        )}
        {change && change.act !== 'delete' && <Change {...{ opId, change, onClose }} />}
        <Button small onClick={() => client.resolve(opId, 'retry')}>
          {t.retry}
        </Button>
      </div>
    </li>
  );
}

interface ChangeProps {
  opId: string;
  change: RejectedLocrit;
  onClose: () => void;
}

/** A new Locrit waits as it is for its form; what was changed goes back into the form, over what is there now. */
function Change({ opId, change: { id, changes, base }, onClose }: ChangeProps) {
  const t = useText();
  const client = useClient();
  const navigate = useNavigate();

  async function open() {
    if (changes) {
      const begun = client.formDraft(draftKeys.locrit(id)) as Partial<LocritEdits> | undefined;
      const edits = { changes: { ...changes, ...begun?.changes }, base: { ...base, ...begun?.base } };
      client.saveFormDraft(draftKeys.locrit(id), edits);
      await client.resolve(opId, 'discard');
    }
    navigate(paths.locrit(id), { state: opId });
    onClose();
  }

  return (
    <Button small variant="ghost" onClick={open}>
      {t.kept.change}
    </Button>
  );
}
