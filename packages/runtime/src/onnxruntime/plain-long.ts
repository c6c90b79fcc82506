/** What protobufjs needs of a 64-bit integer that it has read. */
class PlainLong {
  constructor(
    readonly low: number,
    readonly high: number,
    readonly unsigned: boolean,
  ) {}
}

/**
 * Gives protobufjs a class for 64-bit integers, on this thread alone, before it is loaded.
 *
 * The one that it would load compiles a WebAssembly module, which Node.js 20 keeps when the thread ends: 32 KB for each session.
 */
export function providePlainLong(): void {
  Reflect.set(globalThis, 'Long', PlainLong)
}
