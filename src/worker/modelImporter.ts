/** @file Calls on the worker that reads models. */
import type { Forecast } from '../rl/forecast/forecast.ts';
import type { RunShape } from '../rl/forecast/runShape.ts';
import type { OpenOptions } from '../rl/run/trainer.ts';
import type { ModelChoice } from './keptModels.ts';

/** A model of the hub of which a part has come. */
export interface Unfinished {
  readonly id: string;
  /** Bytes that its part takes in the storage. */
  readonly bytes: number;
  /** As it was asked for; null if its part does not say. */
  readonly choice: ModelChoice | null;
}

/** The run that a model is looked at for. */
export interface Intended {
  readonly run: RunShape;
  readonly backend: OpenOptions['backend'];
}

/** A model of which only config.json was read. */
export interface Offer {
  readonly name: string;
  /** Bytes of its weights and its tokenizer. */
  readonly bytes: number;
  /** Bytes that the browser's storage still takes; Infinity where it does not say. */
  readonly room: number;
  /** Bits of the linear weights that it gets unless others are chosen. */
  readonly usualBits: ModelChoice['bits'];
  /** One for each choice of bits. */
  readonly forecasts: readonly Forecast[];
}

export interface ModelImporter {
  /** The forecasts of a model in these files of a folder. CheckpointError for a config.json that cannot be read. */
  inspectModel(name: string, files: ReadonlyMap<string, Blob>, intended: Intended): Promise<Offer>;
  /** The same for a model of the hub, of which it asks for the list of files and config.json. */
  inspectHubModel(id: string, revision: string, intended: Intended): Promise<Offer>;
  /** Policy of a model of the hub that is kept, however it was read; null if there is none. Errors of `modelId`. */
  keptOf(id: string, revision: string): Promise<string | null>;
  /** Keeps the model in these files of a folder as a policy; returns its id. Errors of `importHubModel`, `keepModel`. */
  importModel(name: string, files: ReadonlyMap<string, Blob>, choice: ModelChoice): Promise<string>;
  /**
   * Keeps a model of the hub as a policy, without a request if it is kept already in this choice; returns its id.
   * Errors of `downloadModel`, `keepModel`.
   */
  downloadModel(id: string, revision: string, choice: ModelChoice | null): Promise<string>;
  unfinished(): Promise<Unfinished | null>;
  dropUnfinished(): Promise<void>;
}
