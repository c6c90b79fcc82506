import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Sampler } from '../../src/telemetry/sampler.js'
import { orinNano, pc } from './machines.js'
import { type MadeMachine, makeMachine, realPrograms } from './make-machine.js'

const machines: MadeMachine[] = []

afterEach(async () => {
  for (const machine of machines.splice(0)) await machine.remove()
})

async function made(...of: Parameters<typeof makeMachine>) {
  const [recorded, programs] = of
  const machine = await makeMachine(recorded, programs, realPrograms)
  machines.push(machine)
  return machine
}

const SMI = '0, 1807, 93, 66, 151.25, 0x0000000000000000'

/** The children of a process that still run. */
async function childrenOf(pid: number): Promise<number[]> {
  const { readFile } = await import('node:fs/promises')
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')
  return text.trim() === '' ? [] : text.trim().split(' ').map(Number)
}

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('the life of a sampler', () => {
  it('reads at the interval by itself, and tells each reading', async () => {
    const { roots } = await made(orinNano)
    const onReading = vi.fn()
    const sampler = new Sampler({ roots, intervalMs: 20, onReading })
    await sampler.start()
    await vi.waitFor(() => expect(sampler.readings.length).toBeGreaterThan(5), { timeout: 5000 })
    const { readings, cost } = await sampler.stop()
    expect(onReading.mock.calls.map(([reading]) => reading)).toEqual(readings)
    const gaps = readings.slice(1).map(({ atMs }, index) => atMs - (readings[index]?.atMs ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThan(5)
    expect(cost).toMatchObject({ readings: readings.length })
    expect(cost.microsecondsPerReading).toBeGreaterThan(0)
  })

  it('may be started and stopped twice, and reads nothing any more', async () => {
    const { roots } = await made(orinNano)
    const sampler = new Sampler({ roots, intervalMs: 5 })
    await Promise.all([sampler.start(), sampler.start()])
    const [one, other] = await Promise.all([sampler.stop(), sampler.stop()])
    expect(other).toBe(one)
    expect(await sampler.stop()).toBe(one)
    const count = sampler.readings.length
    expect(await sampler.read()).toBeUndefined()
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(sampler.readings).toHaveLength(count)
  })

  it('may be stopped before it was started, and then does not start', async () => {
    const { roots } = await made(orinNano)
    const sampler = new Sampler({ roots })
    expect(await sampler.stop()).toMatchObject({ readings: [], unreadable: {} })
    await sampler.start()
    expect(sampler.readings).toEqual([])
  })

  it('may be stopped while it starts', async () => {
    const { roots } = await made(orinNano)
    const sampler = new Sampler({ roots, intervalMs: 5 })
    void sampler.start()
    const { readings } = await sampler.stop()
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(sampler.readings).toHaveLength(readings.length)
  })

  it('ends its program', async () => {
    const { roots } = await made(pc, { 'nvidia-smi': { lines: [SMI] } })
    const before = await childrenOf(process.pid)
    const sampler = new Sampler({ roots, intervalMs: 20 })
    await sampler.start()
    await vi.waitFor(() => expect(sampler.readings.at(-1)?.gpuMhz).toBe(1807), { timeout: 10_000 })
    const [pid = 0] = (await childrenOf(process.pid)).filter((child) => !before.includes(child))
    expect(runs(pid)).toBe(true)
    const { unreadable } = await sampler.stop()
    expect(runs(pid)).toBe(false)
    // It was ended, it did not fail.
    expect(unreadable).toEqual({})
  })

  it('goes on when its program dies, and does not tell what is no longer true', async () => {
    const { roots } = await made(pc, { 'nvidia-smi': { lines: [SMI], endAfter: 2 } })
    const sampler = new Sampler({ roots, intervalMs: 50 })
    await sampler.start()
    await vi.waitFor(() => expect(sampler.readings.at(-1)?.gpuMhz).toBe(1807), { timeout: 10_000 })
    await vi.waitFor(() => expect(sampler.readings.at(-1)).not.toHaveProperty('gpuMhz'), { timeout: 10_000 })
    const { unreadable, broken } = await sampler.stop()
    expect(broken).toEqual(['nvidia-smi'])
    expect(unreadable).toEqual({
      'nvidia-smi': expect.stringContaining('ended: exit code 1; it last wrote: device lost'),
    })
  })
})

// Each loads the sampler from its sources first, which takes a second or two.
describe.concurrent('a process whose sampler was never stopped', () => {
  const start = (behaviour: 'end' | 'stay') =>
    spawn(
      process.execPath,
      [
        '--import',
        import.meta.resolve('tsx'),
        fileURLToPath(new URL('forgetful.ts', import.meta.url)),
        behaviour,
      ],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )

  it('ends by itself, and its program with it', async () => {
    const child = start('end')
    const [pid, code] = await Promise.all([
      new Promise<number>((resolve) => child.stdout.once('data', (text) => resolve(Number(text)))),
      new Promise((resolve) => child.once('exit', resolve)),
    ])
    expect(code).toBe(0)
    await vi.waitFor(() => expect(runs(pid)).toBe(false), { timeout: 5000 })
  })

  it('is killed, and its program ends with the next line that it writes', async () => {
    const child = start('stay')
    const pid = await new Promise<number>((resolve) =>
      child.stdout.once('data', (text) => resolve(Number(text))),
    )
    expect(runs(pid)).toBe(true)
    child.kill('SIGKILL')
    await vi.waitFor(() => expect(runs(pid)).toBe(false), { timeout: 5000 })
  })
})
