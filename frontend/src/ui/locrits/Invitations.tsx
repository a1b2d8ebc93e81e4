import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useRef, useState } from 'react';
import { v7 as uuid } from 'uuid';
import { basePath, type Invitation } from '../../core';
import { useClient, useSignal } from '../app-context';
import { CopyButton } from '../chat/CopyButton';
import { isGone } from '../deleted';
import { Button } from '../kit/Button';
import { DeletedNote } from '../kit/Deleted';
import { Field, Input } from '../kit/Field';
import { useFormat } from '../text/format-date';
import { invitationsText } from '../text/invitations';
import { useText, useTextOf } from '../text/text';
import { Refusal } from './Refusal';
import { useSubmit } from './use-submit';

const LIST = '/api/v2/locrits/{name}/invitations';

/** 32 random bytes, as an address has them. */
function newToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=/g, '');
}

function useInvitations(name: string) {
  const { api, invited } = useClient();
  /** What was asked for and not answered: it is asked for again, and is the same invitation. */
  const asked = useRef<{ label: string; op_id: string; token: string }>(undefined);
  const [whom, setWhom] = useState('');
  const [made, setMade] = useState<Invitation>();
  /** One that was to be revoked was not there any more. */
  const [gone, setGone] = useState(false);
  const { submit, ...submitting } = useSubmit();
  const list = useQuery({
    queryKey: ['invitations', name, useSignal(invited)],
    queryFn: () => api.get(LIST, { params: { path: { name } } }),
    placeholderData: (before, query) => (query?.queryKey[1] === name ? before : undefined),
    gcTime: 0,
  });
  return {
    ...list,
    ...submitting,
    gone,
    made,
    whom,
    setWhom,
    make: () =>
      submit(async () => {
        const label = whom.trim();
        if (asked.current?.label !== label) asked.current = { label, op_id: uuid(), token: newToken() };
        setMade(await api.post(LIST, { params: { path: { name } }, body: asked.current }));
        asked.current = undefined;
        setWhom('');
        await list.refetch();
      }),
    revoke: ({ id }: Invitation) =>
      submit(async () => {
        const params = { path: { name, invitation_id: id }, query: { op_id: uuid() } };
        await api.delete(`${LIST}/{invitation_id}`, { params }).catch(async (error: unknown) => {
          if (!isGone(error)) throw error;
          setGone(true);
        });
        if (made?.id === id) setMade(undefined);
        await list.refetch();
      }, id),
  };
}

/** Who is invited to a Locrit. It stands in the form of its settings, and is no part of what that saves. */
export default function Invitations({ name }: { name: string }) {
  const t = useTextOf(invitationsText);
  const { retry } = useText();
  const { data, error, refetch, gone, failure, busy, made, whom, setWhom, make, revoke } = useInvitations(name);
  return (
    <section aria-label={t.title} className="flex flex-col gap-3">
      <div>
        <h3 className="font-[550] text-sm">{t.title}</h3>
        <p className="text-ink-3 text-xs">{t.hint}</p>
      </div>
      <Making whom={whom} onChange={setWhom} busy={busy} onMake={make} />
      <Refusal failure={failure} />
      {made?.token && <Link key={made.id} whom={made.label} token={made.token} />}
      {(gone || isGone(error)) && <DeletedNote />}
      {error && !isGone(error) && (
        <p role="alert" className="flex items-center justify-between gap-2 text-sm">
          {t.failed}
          <Button small onClick={() => refetch()}>
            {retry}
          </Button>
        </p>
      )}
      <ul className="divide-y divide-line">
        {data?.invitations.map((one) => (
          <Row key={one.id} invitation={one} busy={busy} onRevoke={() => revoke(one)} />
        ))}
      </ul>
    </section>
  );
}

interface MakingProps {
  whom: string;
  onChange: (whom: string) => void;
  busy: boolean;
  onMake: () => void;
}

function Making({ whom, onChange, busy, onMake }: MakingProps) {
  const t = useTextOf(invitationsText);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return;
    event.preventDefault(); // which would save the settings
    if (!busy && !event.nativeEvent.isComposing) onMake();
  };
  return (
    <div className="flex items-end gap-2">
      <Field label={t.whom} className="flex-1">
        {(props) => (
          <Input
            {...props}
            value={whom}
            maxLength={200}
            autoComplete="off"
            onKeyDown={onKeyDown}
            onChange={(event) => onChange(event.target.value)}
          />
        )}
      </Field>
      <Button disabled={busy} onClick={onMake}>
        {t.make}
      </Button>
    </div>
  );
}

function Link({ whom, token }: { whom: string; token: string }) {
  const t = useTextOf(invitationsText);
  const link = `${location.origin}${basePath()}public/invitation/${token}`;
  return (
    <Field label={t.link(whom)} hint={t.once}>
      {(props) => (
        <span className="flex items-center gap-1">
          <Input {...props} readOnly value={link} onFocus={(event) => event.target.select()} />
          <CopyButton text={link} label={t.copy} />
        </span>
      )}
    </Field>
  );
}

interface RowProps {
  invitation: Invitation;
  busy: boolean;
  onRevoke: () => void;
}

function Row({ invitation: { label, created_at, revoked_at }, busy, onRevoke }: RowProps) {
  const t = useTextOf(invitationsText);
  const format = useFormat();
  const whom = label || t.noName;
  return (
    <li className="flex min-h-10 items-center justify-between gap-4 py-1 text-sm">
      <span className="min-w-0 [overflow-wrap:anywhere]">
        {whom}
        <span className="block text-ink-3 text-xs">
          {revoked_at ? t.revoked(format.full(revoked_at)) : t.made(format.full(created_at))}
        </span>
      </span>
      {!revoked_at && (
        <Button small variant="danger" disabled={busy} aria-label={t.revokeOf(whom)} onClick={onRevoke}>
          {t.revoke}
        </Button>
      )}
    </li>
  );
}
