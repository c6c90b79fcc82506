import { EdgeError } from '@edge/errors'

// As glibc's loader says it: "…/libstdc++.so.6: version `GLIBCXX_3.4.30' not found (required by …)".
const TOO_OLD = /version [`'"](GLIBCXX|CXXABI|GLIBC)_([\d.]+)['"] not found/
const MISSING = /libstdc\+\+\.so\.6: cannot open shared object file/

/**
 * Says what to do where a library is there and the dynamic loader refuses it because the system's own libraries are too old: to install
 * the package again, as the error proposes, would not help.
 */
export function withLoaderAdvice(error: unknown): unknown {
  if (!(error instanceof EdgeError) || error.code !== 'LIBRARY_NOT_FOUND') return error
  const { code, summary, expected, found = '', cause } = error
  const advice = adviceFor(found)
  if (advice === undefined) return error
  const remedy = `${advice} Or set EDGE_TFLITE_LIBRARY to the path of a libtensorflowlite_c.so that was built for this system.`
  return new EdgeError(code, { summary, ...(expected !== undefined && { expected }), found, remedy, cause })
}

function adviceFor(found: string): string | undefined {
  const [, library, version] = TOO_OLD.exec(found) ?? []
  if (library === 'GLIBC') {
    return `The C library of this system is older than glibc ${version}: use Ubuntu 22.04, Debian 12, JetPack 6 or newer.`
  }
  if (library !== undefined) {
    return `The C++ library of this system, libstdc++, lacks ${library}_${version}, which comes with GCC 12: update it (the package libstdc++6 of Ubuntu 22.04, Debian 12, JetPack 6 or newer has it).`
  }
  return MISSING.test(found) ? 'This system has no C++ library: install libstdc++6.' : undefined
}
