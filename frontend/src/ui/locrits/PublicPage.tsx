import { useQuery } from '@tanstack/react-query';
import { useClient, useConnection } from '../app-context';
import { Choice } from '../kit/Choice';
import { Field, Input, TextArea } from '../kit/Field';
import { Switch } from '../kit/Switch';
import { publicPageText } from '../text/public-page';
import { useText, useTextOf } from '../text/text';
import type { LocritDraft, PageDraft } from './draft';
import { EmojiField } from './EmojiField';

interface Props {
  draft: LocritDraft;
  onChange: (change: Partial<LocritDraft>) => void;
  /** Where it is, if it is there. */
  address?: string;
}

/** What a page that is open to everyone says of the Locrit, and how it looks: a part of the form of its settings. */
export default function PublicPage({ draft, onChange, address }: Props) {
  const { form } = useText();
  const t = useTextOf(publicPageText);
  const { page } = draft;
  const change = (changed: Partial<PageDraft>) => onChange({ page: { ...page, ...changed } });
  return (
    <section aria-label={form.publicPage} className="flex flex-col gap-4">
      <div>
        <h3 className="font-[550] text-sm">{form.publicPage}</h3>
        <p className="text-ink-3 text-xs">{t.hint}</p>
      </div>
      <Words draft={draft} onChange={change} />
      <Look page={page} onChange={change} />
      <Switch
        label={t.model}
        checked={page.show_model_info}
        onChange={(show_model_info) => change({ show_model_info })}
      />
      <Limits />
      {address ? (
        <a href={address} target="_blank" rel="noreferrer" className="self-start text-accent text-sm underline">
          {t.open}
        </a>
      ) : (
        <p className="text-ink-3 text-sm">{t.notYet}</p>
      )}
    </section>
  );
}

interface PartProps {
  onChange: (change: Partial<PageDraft>) => void;
}

function Words({ draft: { page, name, description, welcome_message }, onChange }: PartProps & { draft: LocritDraft }) {
  const t = useTextOf(publicPageText);
  return (
    <>
      <div className="flex items-start gap-3">
        <Field label={t.title} className="flex-1">
          {(props) => (
            <Input
              {...props}
              value={page.title}
              maxLength={200}
              autoComplete="off"
              placeholder={name}
              onChange={({ target }) => onChange({ title: target.value })}
            />
          )}
        </Field>
        <EmojiField value={page.avatar} onChange={(avatar) => onChange({ avatar })} />
      </div>
      <Field label={t.description}>
        {(props) => (
          <Input
            {...props}
            value={page.description}
            maxLength={2000}
            autoComplete="off"
            placeholder={description}
            onChange={({ target }) => onChange({ description: target.value })}
          />
        )}
      </Field>
      <Field label={t.welcome}>
        {(props) => (
          <TextArea
            {...props}
            value={page.welcome_message}
            maxLength={4000}
            placeholder={welcome_message}
            onChange={({ target }) => onChange({ welcome_message: target.value })}
          />
        )}
      </Field>
    </>
  );
}

function Look({ page, onChange }: PartProps & { page: PageDraft }) {
  const t = useTextOf(publicPageText);
  const themes = Object.entries(t.themes).map(([value, label]) => ({ value, label }));
  return (
    <div>
      <p className="mb-1 font-[550] text-sm">{t.theme}</p>
      <Choice
        label={t.theme}
        value={page.theme in t.themes ? page.theme : 'auto'}
        options={themes}
        onChange={(theme) => onChange({ theme })}
      />
    </div>
  );
}

/** As the server has them, when it answers. */
function Limits() {
  const t = useTextOf(publicPageText);
  const { api } = useClient();
  const { state } = useConnection();
  const { data } = useQuery({
    queryKey: ['visitor limits'],
    queryFn: () => api.get('/api/v2/visitor-limits'),
    enabled: state === 'online',
  });
  return data ? <p className="text-ink-3 text-xs">{t.limits(data.per_minute, data.per_day)}</p> : null;
}
