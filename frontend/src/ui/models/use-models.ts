import { v7 as uuid } from 'uuid';
import type { Failure, Model, ModelPull, ModelState } from '../../core';
import { useClient, useConnection } from '../app-context';
import { useText } from '../text/text';
import { useHost } from './use-host';

interface Models {
  /** Undefined while unknown: nothing is claimed to be missing before that. */
  models: Model[] | undefined;
  /** Those that can chat. */
  installed: Model[] | undefined;
  pulls: ModelPull[];
  /** Of what runs them. */
  state: ModelState | undefined;
  find: (model: string) => Model | undefined;
  /** The one that answers for a Locrit with this setting; empty while that is unknown. */
  answering: (model: string) => string;
  /** How a Locrit's model is called on screen. */
  labelOf: (model: string) => string;
  defaultLabel: string;
  /** Why there is no default model. */
  defaultError: Failure | null;
  failed: boolean;
}

export function useModels(): Models {
  const t = useText();
  const { host, list: data, pulls, failed } = useHost();
  const { model: own } = useConnection();
  const find = (name: string) => data?.models.find((model) => isCalled(model, name));
  const known = (name: string) => find(name)?.label || name;
  return {
    models: data?.models,
    installed: data?.models.filter((model) => model.can_chat),
    pulls,
    state: host ? data?.state : own,
    find,
    answering: (name) => name || data?.default || '',
    defaultLabel: data?.default ? known(data.default) : t.model.default,
    labelOf: (name) => (name ? known(name) : data?.default ? t.model.defaultIs(known(data.default)) : t.model.default),
    defaultError: data?.default_error ?? null,
    failed,
  };
}

/** Ollama takes a name without a tag for the one with `latest`. */
function isCalled({ name }: Model, wanted: string): boolean {
  return name === wanted || name === `${wanted}:latest`;
}

export const isRunning = ({ status }: ModelPull): boolean => status === 'running';

/** Has the server install a model. How far that is, or why it failed, is told among `pulls`. Throws ApiError. */
export function useInstall(): (model: string, host?: string) => Promise<void> {
  const client = useClient();
  return async (model, host = '') => {
    await client.api.post('/api/v2/models/pull', { body: { model, host, op_id: uuid() } });
    await client.models.refresh();
  };
}
