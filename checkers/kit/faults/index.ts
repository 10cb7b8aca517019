/** Faults beyond those that the kit's own index has. Each verifies that it took effect, and the check's end undoes it. */
export { Disk } from './disk.ts'
export { partition } from './partition.ts'
export { Proxy, type Direction, type ProxyOptions } from './proxy.ts'
export { killAtRandom, killNow, pause, resume } from './stop.ts'
export { isUnmet, tookEffect } from './took-effect.ts'
export { joinHosts, type Node } from '../net/lan.ts'
