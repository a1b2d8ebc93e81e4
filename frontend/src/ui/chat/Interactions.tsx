import { useInfiniteQuery } from '@tanstack/react-query';
import type { ConversationRow, Interaction } from '../../core';
import { useClient } from '../app-context';
import { isGone } from '../deleted';
import { Button } from '../kit/Button';
import { cx } from '../kit/cx';
import { Deleted } from '../kit/Deleted';
import { Dialog } from '../kit/Dialog';
import { ErrorState, Skeleton } from '../kit/states';
import { inWords } from '../text/failures';
import { useFormat } from '../text/format-date';
import { useText } from '../text/text';

interface Props {
  conversation: ConversationRow;
  onOpenChange: (open: boolean) => void;
  onCloseAutoFocus?: (event: Event) => void;
}

/** Each call of a model in a conversation, the newest first: how it was asked, how long it took, how it ended. */
export default function Interactions({ conversation: { conversation_id }, ...rest }: Props) {
  const t = useText();
  const client = useClient();
  const { data, error, isError, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ['interactions', conversation_id],
    queryFn: ({ pageParam: cursor }) =>
      client.api.get('/api/v2/conversations/{conversation_id}/interactions', {
        params: { path: { conversation_id }, query: { cursor } },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
    gcTime: 0,
  });
  const calls = data?.pages.flatMap(({ interactions }) => interactions);
  return (
    <Dialog open title={t.calls.title} className="max-w-160" {...rest}>
      <p className="-mt-2 px-6 pb-3 text-ink-2 text-sm">{t.calls.intro}</p>
      {isGone(error) && <Deleted />}
      {isError && !isGone(error) && (
        <ErrorState className="pt-4 pb-12" title={t.calls.failed} text={t.archive.trashFailedHint} />
      )}
      {!calls && !isError && <Skeleton className="mx-6 mb-6 h-24" />}
      {calls?.length === 0 && <p className="px-6 pb-6 text-sm">{t.calls.none}</p>}
      <ol className="divide-y divide-line border-line border-t">
        {calls?.map((call) => (
          <Call key={call.id} call={call} />
        ))}
      </ol>
      {hasNextPage && (
        <p className="border-line border-t p-4 text-center">
          <Button small disabled={isFetchingNextPage} onClick={() => fetchNextPage()}>
            {t.calls.more}
          </Button>
        </p>
      )}
    </Dialog>
  );
}

function Call({ call }: { call: Interaction }) {
  const t = useText();
  const format = useFormat();
  const { status, error, model, host, think, options } = call;
  const why = error && inWords(error, t.failures);
  const set = Object.entries(options).map(([name, value]) => `${name} ${String(value)}`);
  const how = [host, think && t.models.thinkIs(think), ...set];
  return (
    <li className="px-6 py-3 text-sm">
      <p className="flex flex-wrap items-baseline justify-between gap-x-4">
        <span className="font-[550] [overflow-wrap:anywhere]">{model || '–'}</span>
        <time
          dateTime={call.started_at}
          title={format.full(call.started_at)}
          className="text-ink-3 text-xs tabular-nums"
        >
          {format.full(call.started_at)}
        </time>
      </p>
      <p className="text-ink-2 tabular-nums">
        <span className={cx(status === 'failed' && 'text-bad', status === 'interrupted' && 'text-warn')}>
          {t.calls.status[status]}
        </span>
        {figures(call, t.calls).map((figure) => ` · ${figure}`)}
      </p>
      {how.some(Boolean) && (
        <p className="text-ink-3 text-xs [overflow-wrap:anywhere]">{how.filter(Boolean).join(' · ')}</p>
      )}
      {why && <p className="mt-0.5 text-pretty text-ink-2 [overflow-wrap:anywhere]">{why.message}</p>}
    </li>
  );
}

function figures(call: Interaction, t: ReturnType<typeof useText>['calls']): string[] {
  const { round, prompt_tokens, completion_tokens, load_ms, first_token_ms, total_ms, tokens_per_second } = call;
  const figures = [
    round > 1 && t.round(round),
    prompt_tokens > 0 && t.read(prompt_tokens),
    completion_tokens > 0 && t.wrote(completion_tokens),
    tokens_per_second > 0 && t.speed(tokens_per_second),
    load_ms > 500 && t.load(load_ms / 1000),
    first_token_ms > 0 && t.first(first_token_ms / 1000),
    total_ms > 0 && t.total(total_ms / 1000),
    call.done_reason !== '' && t.ended(call.done_reason),
  ];
  return figures.filter((figure) => typeof figure === 'string');
}
