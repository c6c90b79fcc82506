// Parts of Arm's own numbering (implementer 0x41) and of NVIDIA's (0x4e), as /proc/cpuinfo has them.
// Source: arch/arm64/include/asm/cputype.h of Linux.
const ARM: ReadonlyMap<number, string> = new Map([
  [0xd03, 'Cortex-A53'],
  [0xd04, 'Cortex-A35'],
  [0xd05, 'Cortex-A55'],
  [0xd07, 'Cortex-A57'],
  [0xd08, 'Cortex-A72'],
  [0xd09, 'Cortex-A73'],
  [0xd0a, 'Cortex-A75'],
  [0xd0b, 'Cortex-A76'],
  [0xd0c, 'Neoverse-N1'],
  [0xd0d, 'Cortex-A77'],
  [0xd40, 'Neoverse-V1'],
  [0xd41, 'Cortex-A78'],
  [0xd42, 'Cortex-A78AE'],
  [0xd44, 'Cortex-X1'],
  [0xd46, 'Cortex-A510'],
  [0xd47, 'Cortex-A710'],
  [0xd49, 'Neoverse-N2'],
  [0xd4f, 'Neoverse-V2'],
  [0xd83, 'Neoverse-V3AE'],
])
const NVIDIA: ReadonlyMap<number, string> = new Map([
  [0x003, 'Denver 2'],
  [0x004, 'Carmel'],
])

/** The name of an Arm processor: "Arm Cortex-A78AE". */
export function armProcessor(implementer: string, part: string): string {
  const number = Number(part)
  if (Number(implementer) === 0x41) return `Arm ${ARM.get(number) ?? `part ${part}`}`
  if (Number(implementer) === 0x4e) return `NVIDIA ${NVIDIA.get(number) ?? `part ${part}`}`
  return `implementer ${implementer}, part ${part}`
}
