/** @file The interface of the worker that reads models. */

export interface ModelImporter {
  /** Keeps the model in these files of a folder as a policy; returns its id. Errors of `importHubModel`, `keepModel`. */
  importModel(name: string, files: ReadonlyMap<string, Blob>): Promise<string>;
}
