import { spawn } from 'node:child_process'
import { describe, expect, it, onTestFinished } from 'vitest'
import { machineSchema, telemetrySchema } from '../../src/result/schema.js'
import { describeMachine } from '../../src/telemetry/machine.js'
import { Sampler } from '../../src/telemetry/sampler.js'

describe('on this machine', () => {
  it('load and memory can be read at least, and what cannot has a reason', async () => {
    const sampler = new Sampler({ intervalMs: 20 })
    onTestFinished(async () => void (await sampler.stop()))
    await sampler.start()
    // The kernel counts processor time in hundredths of a second.
    await expect.poll(() => sampler.readings.length, { interval: 5, timeout: 10_000 }).toBeGreaterThan(5)
    const { readings, unreadable, cost } = await sampler.stop()
    expect(telemetrySchema.parse({ readings, unreadable })).toEqual({ readings, unreadable })
    const last = readings.at(-1)
    expect(last?.availableBytes).toBeGreaterThan(1e7)
    expect(last?.availableBytes).toBeLessThan(1e14)
    expect(last?.cpuLoad).toBeGreaterThanOrEqual(0)
    expect(last?.cpuLoad).toBeLessThanOrEqual(1)
    for (const reason of Object.values(unreadable)) expect(reason).not.toBe('')
    // A hundredth of one processor at the usual two readings a second would be 5 ms.
    expect(cost.microsecondsPerReading).toBeLessThan(5000)
  })

  it('tells own work from that of others', async () => {
    const busy = spawn(process.execPath, ['-e', 'for (;;);'])
    onTestFinished(() => void busy.kill('SIGKILL'))
    const own = new Sampler({ intervalMs: 1e6, gpu: false, ownProcesses: () => [busy.pid ?? 0] })
    const others = new Sampler({ intervalMs: 1e6, gpu: false })
    onTestFinished(async () => void (await Promise.all([own.stop(), others.stop()])))
    await Promise.all([own.start(), others.start()])
    await new Promise((resolve) => setTimeout(resolve, 300))
    const [mine, notMine] = await Promise.all([own.read(), others.read()])
    const { cores } = await describeMachine()
    // The process had all of that time, if others left it one: on a full machine a small part of it.
    const difference = (notMine?.otherLoad ?? 0) - (mine?.otherLoad ?? 0)
    expect(difference * cores).toBeGreaterThan(0.05)
    expect(difference * cores).toBeLessThan(1.3)
  })

  it('is described', async () => {
    const description = await describeMachine()
    expect(machineSchema.parse(description)).toEqual(description)
    expect(description.processor).not.toBe('unknown')
    expect(description.system).not.toBe('linux')
  })
})
