import { useQuery } from '@tanstack/react-query';
import { createTwoFilesPatch } from 'diff/lib/patch/create.js';
import { useMemo, useState } from 'react';
import { toast } from 'sonner';
import type { ArtifactRow, ArtifactVersion } from '../../core';
import { useClient } from '../app-context';
import { Diff } from '../chat/Diff';
import { Button } from '../kit/Button';
import { ErrorState, Skeleton } from '../kit/states';
import { artifactsText } from '../text/artifacts';
import { Time } from '../text/Time';
import { useTextOf } from '../text/text';

/** Everything that it ever said, the newest first, each against the one before it. */
export function VersionList({ artifact }: { artifact: ArtifactRow }) {
  const t = useTextOf(artifactsText);
  const { artifacts } = useClient();
  const { data: versions, isError } = useQuery({
    queryKey: ['artifact versions', artifact.id, artifact.base.rev],
    queryFn: () => artifacts.versions(artifact.id),
    gcTime: 0,
  });
  const [opened, open] = useState(artifact.version);

  async function bringBack({ version }: ArtifactVersion) {
    await artifacts.rollBack(artifact, version);
    toast(t.broughtBack(version));
  }

  if (isError) return <ErrorState title={t.versionsFailed} />;
  if (!versions) return <Skeleton className="m-4 h-24" />;
  return (
    <ol className="h-full divide-y divide-line overflow-y-auto">
      {versions.map((version, at) => (
        <li key={version.version} className="px-4 py-2">
          <div className="flex min-h-10 items-center gap-3">
            <button
              type="button"
              aria-expanded={opened === version.version}
              onClick={() => open(opened === version.version ? 0 : version.version)}
              className="touch-target mr-auto rounded-s text-left text-sm hover:underline"
            >
              {t.version(version.version)}
            </button>
            <span className="text-ink-3 text-xs">
              {at === 0 ? `${t.current} · ` : ''}
              <Time moment={version.created_at} as="full" />
            </span>
            {at > 0 && (
              <Button small aria-label={t.bringBackOf(version.version)} onClick={() => bringBack(version)}>
                {t.bringBack}
              </Button>
            )}
          </div>
          {opened === version.version && <Change before={versions[at + 1]} after={version} />}
        </li>
      ))}
    </ol>
  );
}

/** Texts that have less in common are shown as a whole. */
const MAX_CHANGED_LINES = 2_000;

function Change({ before, after }: { before?: ArtifactVersion; after: ArtifactVersion }) {
  const patch = useMemo(() => before && changeOf(whole(before), whole(after)), [before, after]);
  return (
    <pre
      className="code mt-1 mb-2 max-h-[60vh] overflow-auto rounded-s border border-line bg-paper-2 p-3"
      dir="ltr"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: long lines can be scrolled with the keyboard only when it takes focus.
      tabIndex={0}
    >
      {patch ? <Diff code={patch} /> : <code>{whole(after)}</code>}
    </pre>
  );
}

const whole = ({ content, css }: ArtifactVersion) => (css ? `${content}\n/* CSS */\n${css}` : content);

/** From its first hunk on; undefined where nothing is the same, or nothing differs. */
function changeOf(before: string, after: string): string | undefined {
  const patch = createTwoFilesPatch('', '', before, after, '', '', { context: 3, maxEditLength: MAX_CHANGED_LINES });
  const at = patch?.indexOf('@@ ') ?? -1;
  return at < 0 ? undefined : patch?.slice(at);
}
