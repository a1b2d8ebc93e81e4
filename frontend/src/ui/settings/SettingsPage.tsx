import { Boxes, Database, Monitor, Moon, Sun, Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import { useClient, useConnection, usePreferences, useSignal } from '../app-context';
import { Button } from '../kit/Button';
import { Choice } from '../kit/Choice';
import { Select } from '../kit/Field';
import { Page } from '../kit/Page';
import { Section } from '../kit/Section';
import { offersOlder, olderText } from '../older/keeps-older';
import OlderChats from '../older/OlderChats';
import { paths } from '../paths';
import { ShortcutList } from '../shell/Shortcuts';
import { LANGUAGE_NAMES, type LanguageChoice, useText } from '../text/text';
import { useTitle } from '../title';

export default function SettingsPage() {
  const t = useText();
  const [keepsOlder] = useState(() => olderText() !== null && !offersOlder());
  useTitle(t.settings.title);
  return (
    <Page title={t.settings.title}>
      {keepsOlder && <OlderChats />}
      <Section title={t.settings.appearance}>
        <Appearance />
      </Section>
      <Section title={t.settings.keyboard}>
        <div className="-mt-2">
          <ShortcutList />
        </div>
      </Section>
      <Section title={t.settings.server}>
        <Server />
        <div className="flex flex-wrap gap-2">
          <Button asChild>
            <Link to={paths.models}>
              <Boxes aria-hidden className="size-4" />
              {t.models.title}
            </Link>
          </Button>
          <Button asChild>
            <Link to={paths.storage}>
              <Database aria-hidden className="size-4" />
              {t.archive.storage}
            </Link>
          </Button>
          <Button asChild>
            <Link to={paths.trash}>
              <Trash2 aria-hidden className="size-4" />
              {t.archive.trash}
            </Link>
          </Button>
        </div>
      </Section>
    </Page>
  );
}

function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
      <span className="text-sm">{label}</span>
      {children}
    </div>
  );
}

const THEMES = [
  ['system', Monitor],
  ['light', Sun],
  ['dark', Moon],
] as const;

function Appearance() {
  const t = useText().settings;
  const client = useClient();
  const theme = useSignal(client.theme);
  const preferences = usePreferences();
  const { messageFont, language } = useSignal(preferences);
  return (
    <>
      <Row label={t.theme}>
        <Choice
          label={t.theme}
          value={theme}
          onChange={(next) => client.setTheme(next)}
          options={THEMES.map(([value, Icon]) => ({
            value,
            label: (
              <>
                <Icon aria-hidden />
                {t[value]}
              </>
            ),
          }))}
        />
      </Row>
      <Row label={t.font}>
        <Choice
          label={t.font}
          value={messageFont}
          onChange={(next) => preferences.set({ messageFont: next })}
          options={[
            { value: 'sans', label: t.sans },
            { value: 'serif', label: <span className="font-serif">{t.serif}</span> },
          ]}
        />
      </Row>
      <p className="message-text rounded-l bg-paper-2 px-4 py-3 leading-[1.6]">{t.sample}</p>
      <Row label={t.language}>
        <Select
          aria-label={t.language}
          className="w-40"
          value={language}
          onChange={(event) => preferences.set({ language: event.target.value as LanguageChoice })}
        >
          <option value="system">{t.system}</option>
          {Object.entries(LANGUAGE_NAMES).map(([code, name]) => (
            <option key={code} value={code} lang={code}>
              {name}
            </option>
          ))}
        </Select>
      </Row>
    </>
  );
}

function Server() {
  const t = useText();
  const { state, pending, rejected, model } = useConnection();
  const line = { online: t.settings.online, connecting: t.status.connecting, offline: t.status.offline }[state];
  const waiting = pending + rejected;
  const facts: [string, ReactNode][] = [
    [t.settings.connection, line],
    [t.settings.waiting, waiting || t.settings.nothing],
    [t.settings.model, model ? <ModelFact key="model" status={t.model[model.status]} detail={model.detail} /> : '–'],
  ];
  if (model?.version) facts.push([t.settings.version, model.version]);
  return (
    <dl className="-mt-2 divide-y divide-line text-sm">
      {facts.map(([label, value]) => (
        <div key={label} className="flex min-h-10 items-baseline justify-between gap-4 py-2">
          <dt className="shrink-0">{label}</dt>
          <dd className="min-w-0 text-right text-ink-2">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function ModelFact({ status, detail }: { status: string; detail: string }) {
  return (
    <>
      {status}
      {detail && <span className="block text-ink-3 text-xs">{detail}</span>}
    </>
  );
}
