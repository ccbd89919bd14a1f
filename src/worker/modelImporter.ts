/** @file Calls on the worker that reads models. */

/** A model of the hub of which a part has come. */
export interface Unfinished {
  readonly id: string;
  /** Bytes that its part takes in the storage. */
  readonly bytes: number;
}

export interface ModelImporter {
  /** Keeps the model in these files of a folder as a policy; returns its id. Errors of `importHubModel`, `keepModel`. */
  importModel(name: string, files: ReadonlyMap<string, Blob>): Promise<string>;
  /**
   * Keeps a model of the hub as a policy, without a request if it is kept already; returns its id. Errors of
   * `downloadModel`, `keepModel`.
   */
  downloadModel(id: string, revision: string): Promise<string>;
  unfinished(): Promise<Unfinished | null>;
  dropUnfinished(): Promise<void>;
}
