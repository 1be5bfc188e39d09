/** WebAssembly as Node has it: its types come with a browser's, which this program does not have. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

/** A module of one function, as the assembler makes it. */
export interface OneFunction {
  readonly run: (...words: readonly number[]) => void;
  readonly memory: {
    /** Another one after the memory has grown. */
    readonly buffer: ArrayBuffer;
    /** By so many pages. */
    grow(pages: number): void;
  };
}

export function loadModule(bytes: Uint8Array<ArrayBuffer>): OneFunction {
  return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as OneFunction;
}
