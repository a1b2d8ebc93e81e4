import { useEffect } from 'react';
import { Link } from 'react-router';
import type { Parked } from '../../core';
import { useClient, useLive } from '../app-context';
import { Button } from '../kit/Button';
import { Dialog } from '../kit/Dialog';
import { paths } from '../paths';
import { inWords } from '../text/failures';
import { useText } from '../text/text';

/** All that the server refused, wherever it belongs: also what is on no page, because its conversation was deleted. */
export function Decisions({ onClose }: { onClose: () => void }) {
  const t = useText().archive;
  const parked = useLive((client) => client.parked(), []);
  useEffect(() => {
    if (parked?.length === 0) onClose();
  }, [parked, onClose]);
  return (
    <Dialog open onOpenChange={onClose} title={t.decide}>
      <p className="px-6 pb-3 text-ink-2 text-sm">{t.decideText}</p>
      <ul>
        {parked?.map((each) => (
          <Decision key={each.opId} parked={each} onClose={onClose} />
        ))}
      </ul>
    </Dialog>
  );
}

function Decision({ parked, onClose }: { parked: Parked; onClose: () => void }) {
  const t = useText();
  const client = useClient();
  const { opId, text, problem, locrit, conversationId } = parked;
  return (
    <li className="border-line border-t px-6 py-4 text-sm">
      <p className="each-way line-clamp-3 [overflow-wrap:anywhere]">{text || t.archive.unnamed}</p>
      <p className="mt-1 text-ink-3">{problem && inWords(problem, t.failures).message}</p>
      <div className="mt-3 flex flex-wrap justify-end gap-2">
        <Button small look="ghost" onClick={() => client.resolve(opId, 'discard')}>
          {t.chat.discard}
        </Button>
        {locrit && conversationId && (
          <Button small look="ghost" asChild>
            <Link to={paths.chat(locrit, conversationId)} onClick={onClose}>
              {t.archive.show}
            </Link>
          </Button>
        )}
        <Button small onClick={() => client.resolve(opId, 'retry')}>
          {t.retry}
        </Button>
      </div>
    </li>
  );
}
