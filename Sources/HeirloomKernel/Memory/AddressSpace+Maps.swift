internal import HeirloomABI
internal import HeirloomMachine

extension AddressSpace {
  /// The text of /proc/<pid>/maps (proc(5)), a line a VMA.
  ///
  /// - Parameter thread: a host thread with the process's table of descriptors.
  func mapsText(thread: Int32) -> String {
    var shown: [VMA] = []
    for area in lock.withLock({ areas.areas }) {
      if let last = shown.last, last.looksContinued(in: area) {
        shown[shown.count - 1].range = PageRange(last.range.start, area.range.end)
      } else {
        shown.append(area)
      }
    }
    return shown.map { Self.line($0, thread) }.joined()
  }

  private static func line(_ area: VMA, _ thread: Int32) -> String {
    let bits: [(Protection, String)] = [(.read, "r"), (.write, "w"), (.execute, "x")]
    let protection = bits.map { area.protection.contains($0) ? $1 : "-" }.joined() + (area.isShared ? "s" : "p")
    let backing = area.backing
    let offset = backing == nil && area.memory == nil ? 0 : area.offset
    let device = backing?.device ?? (area.memory == nil ? 0 : 1)
    // The encoding of makedev(3).
    let major = device >> 8 & 0xfff
    let minor = device & 0xff | device >> 12 & 0xfff00
    var line =
      "\(hex(area.range.start, 8))-\(hex(area.range.end, 8)) \(protection) \(hex(offset, 8)) "
      + "\(hex(major, 2)):\(hex(minor, 2)) \(backing?.inode ?? 0) "
    if let name = name(of: area, thread) {
      line += String(repeating: " ", count: max(0, 73 - line.utf8.count)) + name
    }
    return line + "\n"
  }

  private static func name(of area: VMA, _ thread: Int32) -> String? {
    switch area.purpose {
    case .heap: "[heap]"
    case .stack: "[stack]"
    case .trampoline: "[vdso]"
    case .other: area.backing.map { path(of: $0, thread) } ?? area.memory.map { _ in "/dev/zero (deleted)" }
    }
  }

  private static func path(of file: FileBacking, _ thread: Int32) -> String {
    LosslessText.string((try? HostLink.target(ofDescriptor: file.descriptor, thread: thread)) ?? [])
  }

  private static func hex(_ value: UInt64, _ width: Int) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
