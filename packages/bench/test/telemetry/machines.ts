/**
 * What boards have shown of themselves, file by file: names, units and formats as their kernels write them, with values of one moment.
 *
 * - Orin Nano: JetPack 6.2 (L4T 36.4, kernel 5.15), mode MAXN_SUPER, idle.
 * - AGX Orin: JetPack 5.1 (L4T 35, kernel 5.10), mode 30W, idle: four of its twelve processors are off.
 * - Nano: JetPack 4.6 (L4T 32, kernel 4.9).
 * - PC: Intel Core i5-12400 with a GeForce RTX 3060, kernel 6.5.
 */
export interface RecordedMachine {
  /** Contents by path; of sysfs and procfs without the line break at their end. */
  readonly files: Readonly<Record<string, string>>
  /** Symbolic links: path, and where it leads to from there. */
  readonly links?: Readonly<Record<string, string>>
  /** Files that exist and cannot be read, with the error's code. */
  readonly errors?: Readonly<Record<string, string>>
}

const policy = (
  processors: string,
  mhz: readonly [least: number, now: number, most: number],
  governor: string,
) => ({
  affected_cpus: processors,
  related_cpus: processors,
  scaling_governor: governor,
  scaling_min_freq: String(mhz[0]),
  scaling_cur_freq: String(mhz[1]),
  scaling_max_freq: String(mhz[2]),
})

/** Files of a directory. */
function under(directory: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`${directory}/${name}`, text]))
}

/** Thermal zones, or cooling devices, from number 0 on. */
function numbered(
  kind: 'thermal_zone' | 'cooling_device',
  value: 'temp' | 'cur_state',
  entries: readonly (readonly [type: string, value: number])[],
): Record<string, string> {
  return Object.assign(
    {},
    ...entries.map(([type, number], index) =>
      under(`sys/class/thermal/${kind}${index}`, { type, [value]: String(number) }),
    ),
  )
}

const cortexA78AE = (processors: number) =>
  Array.from(
    { length: processors },
    (_, index) =>
      `processor\t: ${index}\nmodel name\t: ARMv8 Processor rev 1 (v8l)\nBogoMIPS\t: 62.50\nCPU implementer\t: 0x41\nCPU architecture: 8\nCPU variant\t: 0x0\nCPU part\t: 0xd42\nCPU revision\t: 1\n`,
  ).join('\n')

const pressure = (cpu: number, io: number, memory: number) =>
  under('proc/pressure', {
    cpu: `some avg10=0.00 avg60=0.11 avg300=0.06 total=${cpu}\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0`,
    io: `some avg10=0.00 avg60=0.00 avg300=0.00 total=${io}\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=${io}`,
    memory: `some avg10=0.00 avg60=0.00 avg300=0.00 total=${memory}\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0`,
  })

const meminfo = (total: number, available: number) =>
  `MemTotal:       ${total} kB\nMemFree:        ${Math.round(available / 2)} kB\nMemAvailable:   ${available} kB\nBuffers:           52120 kB\nCached:          1563804 kB`

const ina3221 = (channels: readonly (readonly [label: string, mv: number, ma: number])[]) => ({
  name: 'ina3221',
  ...Object.assign(
    {},
    ...channels.map(([label, mv, ma], index) => ({
      [`in${index + 1}_label`]: label,
      [`in${index + 1}_input`]: String(mv),
      [`in${index + 1}_enable`]: '1',
      [`curr${index + 1}_input`]: String(ma),
      [`curr${index + 1}_max`]: '32760',
      [`curr${index + 1}_crit_alarm`]: '0',
    })),
  ),
  // The sum of the shunts' voltages, in a channel of its own: no rail.
  curr4_crit_alarm: '0',
  in7_input: '0',
  in7_label: 'sum of shunt voltages',
})

const soctherm = (peaks: number) => ({
  name: 'soctherm_oc',
  oc1_event_cnt: '0',
  oc1_throt_en: '1',
  oc2_event_cnt: '0',
  oc2_throt_en: '1',
  oc3_event_cnt: String(peaks),
  oc3_throt_en: '1',
})

const orinCooling = [
  ['cpufreq-cpu0', 0],
  ['cpufreq-cpu4', 0],
  ['pwm-fan', 2],
  ['cpu-throttle-alert', 0],
  ['gpu-throttle-alert', 0],
  ['soc0-throttle-alert', 0],
  ['hot-surface-alert', 0],
  ['devfreq-17000000.gpu', 0],
] as const

export const orinNano: RecordedMachine = {
  files: {
    'proc/device-tree/model': 'NVIDIA Jetson Orin Nano Engineering Reference Developer Kit Super\0',
    'proc/device-tree/compatible': 'nvidia,p3768-0000+p3767-0005-super\0nvidia,p3767-0005\0nvidia,tegra234\0',
    'proc/cpuinfo': cortexA78AE(6),
    'proc/meminfo': meminfo(7_789_952, 5_120_344),
    'proc/stat': [
      'cpu  120000 400 60000 4000000 8000 0 2000 0 0 0',
      'cpu0 40000 100 20000 640000 2000 0 900 0 0 0',
      'cpu1 20000 100 10000 660000 1500 0 300 0 0 0',
      'cpu2 20000 100 10000 670000 1500 0 300 0 0 0',
      'cpu3 20000 50 10000 670000 1000 0 200 0 0 0',
      'cpu4 10000 50 5000 680000 1000 0 200 0 0 0',
      'cpu5 10000 0 5000 680000 1000 0 100 0 0 0',
      'intr 41234567 0 0 0',
      'ctxt 90123456',
    ].join('\n'),
    ...pressure(1_200_000, 300_000, 0),
    'proc/sys/kernel/osrelease': '5.15.148-tegra',
    'etc/os-release': 'PRETTY_NAME="Ubuntu 22.04.5 LTS"\nNAME="Ubuntu"\nVERSION_ID="22.04"\nID=ubuntu\n',
    'etc/nv_tegra_release':
      '# R36 (release), REVISION: 4.3, GCID: 38968081, BOARD: generic, EABI: aarch64, DATE: Wed Jan  8 01:49:37 UTC 2025\n# KERNEL_VARIANT: oot\nTARGET_USERSPACE_LIB_DIR=nvidia\n',
    'etc/nvpmodel.conf':
      '< POWER_MODEL ID=0 NAME=15W >\nCPU_ONLINE CORE_0 1\n< POWER_MODEL ID=1 NAME=25W >\n< POWER_MODEL ID=2 NAME=MAXN_SUPER >\n< PM_CONFIG DEFAULT=1 >\n',
    'var/lib/nvpmodel/status': 'pmode:0002',
    'sys/devices/system/cpu/possible': '0-5',
    'sys/devices/system/cpu/online': '0-5',
    ...under(
      'sys/devices/system/cpu/cpufreq/policy0',
      policy('0 1 2 3', [729600, 1728000, 1728000], 'schedutil'),
    ),
    ...under('sys/devices/system/cpu/cpufreq/policy4', policy('4 5', [729600, 729600, 1728000], 'schedutil')),
    ...numbered('thermal_zone', 'temp', [
      ['cpu-thermal', 49843],
      ['gpu-thermal', 50875],
      ['cv0-thermal', 0],
      ['cv1-thermal', 0],
      ['cv2-thermal', 0],
      ['soc0-thermal', 50187],
      ['soc1-thermal', 50218],
      ['soc2-thermal', 49156],
      ['tj-thermal', 50875],
    ]),
    ...numbered('cooling_device', 'cur_state', orinCooling),
    ...under('sys/class/hwmon/hwmon0', { name: 'pwmfan', pwm1: '70' }),
    ...under(
      'sys/class/hwmon/hwmon1',
      ina3221([
        ['VDD_IN', 5016, 904],
        ['VDD_CPU_GPU_CV', 5016, 96],
        ['VDD_SOC', 5016, 296],
      ]),
    ),
    ...under('sys/class/hwmon/hwmon3', soctherm(27_390)),
    ...under('sys/devices/platform/bus@0/17000000.gpu', { load: '310' }),
    ...under('sys/devices/platform/bus@0/17000000.gpu/devfreq/17000000.gpu', {
      cur_freq: '305000000',
      min_freq: '306000000',
      max_freq: '1020000000',
      governor: 'nvhost_podgov',
    }),
    'sys/class/devfreq/15340000.vic/cur_freq': '115200000',
  },
  links: {
    'sys/class/devfreq/17000000.gpu': '../../devices/platform/bus@0/17000000.gpu/devfreq/17000000.gpu',
    'sys/devices/platform/bus@0/17000000.gpu/devfreq/17000000.gpu/device': '../..',
  },
  // Units that are switched off have no temperature.
  errors: {
    'sys/class/thermal/thermal_zone2/temp': 'EAGAIN',
    'sys/class/thermal/thermal_zone3/temp': 'EAGAIN',
    'sys/class/thermal/thermal_zone4/temp': 'EAGAIN',
  },
}

export const agxOrin: RecordedMachine = {
  files: {
    'proc/device-tree/model': 'NVIDIA Jetson AGX Orin Developer Kit\0',
    'proc/device-tree/compatible': 'nvidia,p3737-0000+p3701-0000\0nvidia,tegra234\0',
    'proc/cpuinfo': cortexA78AE(8),
    'proc/meminfo': meminfo(31_266_696, 28_412_004),
    'proc/stat': [
      'cpu  1000 0 500 98500 0 0 0 0 0 0',
      ...Array.from({ length: 8 }, (_, index) => `cpu${index} 125 0 62 12312 0 0 0 0 0 0`),
      'intr 1 0',
    ].join('\n'),
    ...pressure(0, 0, 0),
    'proc/sys/kernel/osrelease': '5.10.104-tegra',
    'etc/os-release':
      'NAME="Ubuntu"\nVERSION="20.04.6 LTS (Focal Fossa)"\nID=ubuntu\nPRETTY_NAME="Ubuntu 20.04.6 LTS"\n',
    'etc/nv_tegra_release':
      '# R35 (release), REVISION: 3.1, GCID: 32827747, BOARD: t186ref, EABI: aarch64, DATE: Sun Mar 19 15:19:21 UTC 2023\n',
    'sys/devices/system/cpu/possible': '0-11',
    'sys/devices/system/cpu/online': '0-7',
    ...under(
      'sys/devices/system/cpu/cpufreq/policy0',
      policy('0 1 2 3', [729600, 1728000, 1728000], 'schedutil'),
    ),
    ...under(
      'sys/devices/system/cpu/cpufreq/policy4',
      policy('4 5 6 7', [729600, 729600, 1728000], 'schedutil'),
    ),
    ...numbered('thermal_zone', 'temp', [
      ['CPU-therm', 43500],
      ['GPU-therm', 38156],
      ['CV0-therm', -256000],
      ['CV1-therm', -256000],
      ['CV2-therm', -256000],
      ['SOC0-therm', 40500],
      ['SOC1-therm', 39125],
      ['SOC2-therm', 40062],
      ['tj-therm', 43500],
      ['Tboard_tegra', 29000],
      ['Tdiode_tegra', 32500],
    ]),
    ...numbered('cooling_device', 'cur_state', orinCooling),
    ...under(
      'sys/class/hwmon/hwmon3',
      ina3221([
        ['VDD_GPU_SOC', 19144, 248],
        ['VDD_CPU_CV', 19144, 40],
        ['VIN_SYS_5V0', 5008, 768],
      ]),
    ),
    ...under(
      'sys/class/hwmon/hwmon4',
      ina3221([
        ['NC', 0, 0],
        ['VDDQ_VDD2_1V8AO', 5008, 141],
        ['NC', 0, 0],
      ]),
    ),
    ...under('sys/devices/17000000.ga10b', { load: '0' }),
    ...under('sys/devices/17000000.ga10b/devfreq/17000000.ga10b', {
      cur_freq: '114750000',
      min_freq: '114750000',
      max_freq: '624750000',
      governor: 'nvhost_podgov',
    }),
  },
  links: {
    'sys/class/devfreq/17000000.ga10b': '../../devices/17000000.ga10b/devfreq/17000000.ga10b',
    'sys/devices/17000000.ga10b/devfreq/17000000.ga10b/device': '../..',
  },
  errors: { 'sys/class/hwmon/hwmon4/in3_input': 'ENODATA' },
}

export const nano: RecordedMachine = {
  files: {
    'proc/device-tree/model': 'NVIDIA Jetson Nano Developer Kit\0',
    'proc/device-tree/compatible':
      'nvidia,p3449-0000-b00+p3448-0000-b00\0nvidia,jetson-nano\0nvidia,tegra210\0',
    'proc/meminfo': meminfo(4_059_432, 3_100_000),
    'proc/stat': 'cpu  1000 0 500 98500 0 0 0 0 0 0\nintr 1 0',
    ...under(
      'sys/devices/system/cpu/cpufreq/policy0',
      policy('0 1 2 3', [102000, 1479000, 1479000], 'schedutil'),
    ),
    ...numbered('thermal_zone', 'temp', [
      ['AO-therm', 27000],
      ['CPU-therm', 23500],
      ['GPU-therm', 22500],
      ['PLL-therm', 20500],
      ['PMIC-Die', 100000],
      ['thermal-fan-est', 23000],
    ]),
    ...under('sys/bus/i2c/drivers/ina3221x/6-0040/iio:device0', {
      rail_name_0: 'POM_5V_IN',
      in_voltage0_input: '5056',
      in_current0_input: '184',
      in_power0_input: '933',
      rail_name_1: 'POM_5V_GPU',
      in_power1_input: '0',
      rail_name_2: 'POM_5V_CPU',
      in_power2_input: '84',
    }),
    'sys/devices/57000000.gpu/devfreq/57000000.gpu/cur_freq': '76800000',
    'sys/devices/gpu.0/load': '0',
  },
  links: { 'sys/class/devfreq/57000000.gpu': '../../devices/57000000.gpu/devfreq/57000000.gpu' },
}

export const pc: RecordedMachine = {
  files: {
    'proc/cpuinfo': Array.from(
      { length: 12 },
      (_, index) =>
        `processor\t: ${index}\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 151\nmodel name\t: 12th Gen Intel(R) Core(TM) i5-12400\ncpu MHz\t\t: 800.000\n`,
    ).join('\n'),
    'proc/meminfo': meminfo(32_655_096, 27_000_512),
    'proc/stat': [
      'cpu  3000 0 1000 2396000 0 0 0 0 0 0',
      ...Array.from({ length: 12 }, (_, index) => `cpu${index} 250 0 83 199667 0 0 0 0 0 0`),
      'intr 1 0',
    ].join('\n'),
    ...pressure(0, 0, 0),
    'proc/sys/kernel/osrelease': '6.5.0-41-generic',
    'proc/sys/kernel/arch': 'x86_64',
    'proc/driver/nvidia/version':
      'NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.183.01  Sun May 12 19:39:15 UTC 2024\nGCC version:  gcc version 12.3.0 (Ubuntu 12.3.0-1ubuntu1~22.04)\n',
    'proc/driver/nvidia/gpus/0000:01:00.0/information':
      'Model: \t\t NVIDIA GeForce RTX 3060\nIRQ:   \t\t 167\nVideo BIOS: \t 94.06.25.00.8b\nBus Type: \t PCIe\n',
    'etc/os-release': 'PRETTY_NAME="Ubuntu 22.04.4 LTS"\nNAME="Ubuntu"\n',
    'sys/devices/system/cpu/possible': '0-11',
    'sys/devices/system/cpu/online': '0-11',
    ...Object.assign(
      {},
      ...Array.from({ length: 12 }, (_, index) => ({
        ...under(
          `sys/devices/system/cpu/cpufreq/policy${index}`,
          policy(String(index), [800000, index === 3 ? 4_400_000 : 800_000, 4_400_000], 'powersave'),
        ),
        ...under(`sys/devices/system/cpu/cpu${index}`, {
          'topology/physical_package_id': '0',
          // Two threads of one core follow each other.
          'topology/core_id': String(4 * Math.floor(index / 2)),
          'thermal_throttle/core_throttle_count': '0',
          'thermal_throttle/package_throttle_count': '0',
          'thermal_throttle/package_throttle_total_time_ms': '0',
        }),
      })),
    ),
    ...numbered('thermal_zone', 'temp', [
      ['acpitz', 27800],
      ['x86_pkg_temp', 38000],
      ['iwlwifi_1', 41000],
    ]),
    ...numbered('cooling_device', 'cur_state', [
      ['Processor', 0],
      ['Processor', 0],
      ['intel_powerclamp', -1],
      ['TCC Offset', 5],
    ]),
    ...under('sys/class/hwmon/hwmon2', {
      name: 'coretemp',
      temp1_label: 'Package id 0',
      temp1_input: '38000',
      temp2_label: 'Core 0',
      temp2_input: '35000',
    }),
    ...under('sys/class/hwmon/hwmon3', { name: 'nvme', temp1_label: 'Composite', temp1_input: '35850' }),
    ...under('sys/class/powercap/intel-rapl:0', {
      name: 'package-0',
      energy_uj: '124500321654',
      max_energy_range_uj: '262143328850',
    }),
    ...under('sys/class/powercap/intel-rapl:0:0', {
      name: 'core',
      energy_uj: '64500321654',
      max_energy_range_uj: '262143328850',
    }),
    ...under('sys/class/powercap/intel-rapl-mmio:0', {
      name: 'package-0',
      energy_uj: '124500321654',
      max_energy_range_uj: '262143328850',
    }),
  },
}

/** A virtual machine as this project is often tested on: no sensors at all. */
export const virtualMachine: RecordedMachine = {
  files: {
    'proc/meminfo': meminfo(25_276_502, 23_942_848),
    'proc/stat': 'cpu  2641149 209621 514958 1807842 19569 0 3695 3177 0 0\nintr 1 0',
  },
}
