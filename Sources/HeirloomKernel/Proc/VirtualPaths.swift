internal import HeirloomABI

/// What the guest finds at a path below /proc or /dev, where that is not simply the host's file.
enum VirtualPath {
  /// The host's.
  case none
  /// Another path of the host's.
  case host(String)
  /// A symbolic link of the kernel's own, and a host link that looks like it.
  case link(target: [UInt8], lookalike: String)
  /// A link that leads to an open object whatever has become of its name: the host's own, and one that looks like it.
  case magic(host: String, lookalike: String)
  case file([UInt8])
  case missing
  /// EACCES.
  case refused
}

/// Looks paths up in the kernel's own part of /proc and /dev.
enum VirtualPaths {
  /// Whether a directory's relative paths have to be looked at. - Parameter directory: as the host's kernel names it.
  static func concerns(_ directory: [UInt8]) -> Bool { isBelow("/proc", directory) || isBelow("/dev", directory) }

  private static func isBelow(_ folder: StaticString, _ path: [UInt8]) -> Bool {
    let count = folder.utf8CodeUnitCount
    guard path.count >= count, path.count == count || path[count] == UInt8(ascii: "/") else { return false }
    return (0..<count).allSatisfy { path[$0] == folder.utf8Start[$0] }
  }

  static func lookup(_ path: [UInt8], _ task: Task) -> VirtualPath {
    let parts = components(path)
    switch parts.first {
    case "proc": return ProcFiles.lookup(parts.dropFirst(), task)
    case "dev": return device(parts.dropFirst(), task)
    default: return .none
    }
  }

  /// The components of an absolute path, "." and ".." taken out without looking at links.
  private static func components(_ path: [UInt8]) -> [String] {
    var parts: [String] = []
    for part in path.split(separator: 0x2f) {
      if part.elementsEqual([0x2e]) { continue }
      if part.elementsEqual([0x2e, 0x2e]) { _ = parts.popLast() } else { parts.append(String(decoding: part, as: UTF8.self)) }
    }
    return parts
  }

  /// Devices that a guest below a root gets from the host, where its own /dev is most often empty.
  private static let hostDevices: Set<String> = [
    "null", "zero", "full", "random", "urandom", "tty", "ptmx", "pts", "console", "shm",
  ]

  private static func device(_ parts: ArraySlice<String>, _ task: Task) -> VirtualPath {
    guard let name = parts.first else { return .none }
    let rest = parts.dropFirst().map { "/" + $0 }.joined()
    switch name {
    case "fd": return .host("/proc/thread-self/fd" + rest)
    case "stdin": return .host("/proc/thread-self/fd/0" + rest)
    case "stdout": return .host("/proc/thread-self/fd/1" + rest)
    case "stderr": return .host("/proc/thread-self/fd/2" + rest)
    default:
      let isBelowRoot = task.process.files.root >= 0
      return isBelowRoot && hostDevices.contains(name) ? .host("/dev/" + name + rest) : .none
    }
  }
}
