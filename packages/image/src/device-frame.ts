import { type Frame, type FrameLayout, settleLayout, show, wrongFrame } from './frame.js'
import type { Size } from './geometry.js'

/**
 * A frame that is in the GPU's memory already, as a camera or a video decoder left it there. Taken by sessions of the `tensorrt` backend
 * that were opened with `tensorrt: { preprocessOnGpu: true }`, for models of three channels; elsewhere it is refused.
 */
export interface DeviceFrame extends Size, FrameLayout {
  /**
   * Where its first byte lies on the session's GPU, allocated in the device's primary context (as CUDA's runtime does). The frame has to
   * stay there, unchanged, until the run has ended. It must have been written by then: nothing waits for other streams.
   */
  readonly deviceAddress: bigint
  /** `rgb` for 8 bits of red, green and blue, interleaved; `nv12` as {@link Nv12Pixels} has it. */
  readonly format: 'rgb' | 'nv12'
}

/** Whether a source is meant as a frame in the GPU's memory. */
export function isDeviceFrame(source: object): source is DeviceFrame {
  return 'deviceAddress' in source
}

/**
 * Checks a frame in the GPU's memory, as JavaScript may give it. Whether the memory is there the driver is asked later.
 *
 * @throws EdgeError `INVALID_ARGUMENT` where size and layout do not agree.
 */
export function checkDeviceFrame(source: DeviceFrame): Frame {
  const { deviceAddress, format } = source
  if (typeof deviceAddress !== 'bigint' || deviceAddress < 1n || deviceAddress >= 2n ** 64n) {
    throw wrongFrame(
      WHAT,
      'deviceAddress is not an address',
      'a bigint of 64 bits above 0',
      show(deviceAddress),
    )
  }
  if (format !== 'rgb' && format !== 'nv12') {
    throw wrongFrame(WHAT, 'the format is not known', '"rgb" or "nv12"', show(format))
  }
  const { isPacked: _, ...layout } = settleLayout(format, source, WHAT)
  return { ...layout, pixels: deviceAddress }
}

const WHAT = 'a frame in the memory of a GPU'
