internal import HeirloomABI
internal import HeirloomMachine

/// What a host call of the *at family gets in place of a guest's directory and path.
struct HostPath {
  /// A host descriptor, or AT_FDCWD.
  let directory: Int
  /// Host address of a C string.
  let name: Int
  /// Not -1: the very object that is meant, open (O_PATH or a synthetic file). `name` leads to it through a magic link, so
  /// calls that do not follow links take the object with AT_EMPTY_PATH.
  var object: Int = -1
}

/// What becomes of a symbolic link in a path's last component.
enum LastLink {
  case follow, keep
  /// The component is a name to be made, removed or renamed in its directory.
  case name
}

extension Task {
  /// The one door from a guest's (directory, path) to the host's. The usual path goes on as the guest's own bytes.
  @inline(__always) @discardableResult
  func withPath<R>(
    _ directory: FD = .currentDirectory, _ path: UserPath, _ last: LastLink = .follow,
    _ body: (HostPath) throws(Errno) -> R
  ) throws(Errno) -> R {
    if try goesAsItIs(path) {
      return try body(HostPath(directory: hostDirectory(directory), name: memory.input(path)))
    }
    return try resolve(directory, path, last, body)
  }

  /// The rest of `withPath`, out of the way of the usual path.
  @inline(never)
  private func resolve<R>(
    _ directory: FD, _ path: UserPath, _ last: LastLink, _ body: (HostPath) throws(Errno) -> R
  ) throws(Errno) -> R {
    try PathResolver(task: self, directory: directory).resolve(try memory.bytes(path), path, last, body)
  }

  /// Whether the host may see the guest's own bytes.
  @inline(__always) func goesAsItIs(_ path: UserPath) throws(Errno) -> Bool {
    if process.files.looksAtPaths { return path.isNull }
    return try !mayBeVirtual(path)
  }

  /// For host calls that take no directory: runs `body` with the address of a path to the very object, and whether a link
  /// at its end is the guest's own.
  @discardableResult
  func withFullPath<R>(
    _ path: UserPath, _ last: LastLink = .follow, _ body: (_ name: Int, _ isOwn: Bool) throws(Errno) -> R
  ) throws(Errno) -> R {
    if path.isNull { throw .EFAULT }
    if try goesAsItIs(path), try memory.load(path, as: UInt8.self) == 0x2f { return try body(memory.input(path), true) }
    return try withPath(.currentDirectory, path, last) { (host) throws(Errno) in
      if host.object >= 0 { return try body(host.name, false) }
      let flags = OpenFlag.path | OpenFlag.closeOnExec | (last == .follow ? 0 : OpenFlag.noFollow)
      let object = Int32(try Host.call(.openat, host.directory, host.name, flags))
      defer { DescriptorLimits.close(object) }
      return try HostLink.path(of: object).withHostString { (name) throws(Errno) in try body(name, false) }
    }
  }

  /// Where relative paths begin.
  @inline(__always) func hostDirectory(_ directory: FD) -> Int {
    directory == .currentDirectory ? Int(process.files.directory) : directory.host
  }

  /// Whether a path begins like one into /proc or /dev. Reads aligned words, which never reach into another page than the
  /// byte that is asked for.
  @inline(__always) private func mayBeVirtual(_ path: UserPath) throws(Errno) -> Bool {
    if path.isNull { return false }
    let address = path.address
    let word = try memory.load(UserPointer(address & ~3), as: UInt32.self) >> (8 * (address & 3))
    if word & 0xff != 0x2f { return false }
    let second: UInt32
    if address & 3 == 3 {
      second = try memory.load(UserPointer(address &+ 1), as: UInt32.self) & 0xff
    } else {
      second = word >> 8 & 0xff
    }
    // p, d, and what a roundabout spelling of /proc begins with.
    return second == 0x70 || second == 0x64 || second == 0x2f || second == 0x2e
  }
}

extension Task {
  /// Opens a program for execve (read only, close-on-exec), by the process's own root and working directory; `directory`
  /// as for openat.
  func openForExec(_ path: [UInt8], at directory: FD) throws(Errno) -> Int32 {
    Int32(try PathResolver(task: self, directory: directory).open(path, nil, OpenFlag.closeOnExec, 0))
  }
}

/// Resolves the paths that cannot go to the host as they are: those into /proc and /dev, and all below a root.
struct PathResolver {
  let task: Task
  let directory: FD
  private var files: FileSystemState { task.process.files }

  init(task: Task, directory: FD) {
    self.task = task
    self.directory = directory
  }

  /// - Parameter guest: where the bytes stand in guest memory, if they do: they go on from there where nothing is special.
  func resolve<R>(
    _ path: [UInt8], _ guest: UserPath?, _ last: LastLink, depth: Int = 0, _ body: (HostPath) throws(Errno) -> R
  ) throws(Errno) -> R {
    if depth > 40 { throw .ELOOP }
    switch VirtualPaths.lookup(try absolute(path), task) {
    case .none:
      if files.root >= 0 { return try confine(path, last, body) }
      if let guest {
        return try body(HostPath(directory: task.hostDirectory(directory), name: task.memory.input(guest)))
      }
      return try path.withHostPath { (name) throws(Errno) in
        try body(HostPath(directory: task.hostDirectory(self.directory), name: name))
      }
    case .host(let host):
      return try host.withHostString { (name) throws(Errno) in
        try body(HostPath(directory: AtFlag.currentDirectory, name: name))
      }
    case .link(let target, let host):
      if last == .follow {
        // The one relative link is /proc/self.
        let absolute = target.first == 0x2f ? target : Array("/proc/".utf8) + target
        return try resolve(absolute, nil, last, depth: depth + 1, body)
      }
      return try host.withHostString { (name) throws(Errno) in
        try body(HostPath(directory: AtFlag.currentDirectory, name: name))
      }
    case .magic(let host, let lookalike):
      return try (last == .follow ? host : lookalike).withHostString { (name) throws(Errno) in
        try body(HostPath(directory: AtFlag.currentDirectory, name: name))
      }
    case .file(let text):
      return try withObject(try SyntheticFile.make(text), body)
    case .missing:
      throw .ENOENT
    case .refused:
      throw .EACCES
    }
  }

  /// What readlink(2) answers where the kernel itself knows; nil: the host is to be asked.
  func linkTarget(_ path: [UInt8]) throws(Errno) -> [UInt8]? {
    switch VirtualPaths.lookup(try absolute(path), task) {
    case .link(let target, _): return target
    case .magic(let host, _):
      return task.guestPath(
        try host.withHostString { (name) throws(Errno) in try HostLink.target(AtFlag.currentDirectory, name) })
    default: return nil
    }
  }

  /// Opens, which differs from other calls below a root: there openat2(2) does all of it.
  func open(_ path: [UInt8], _ guest: UserPath?, _ flags: Int, _ mode: Int, depth: Int = 0) throws(Errno) -> Int {
    if files.root >= 0, case .none = VirtualPaths.lookup(try absolute(path), task) {
      return try openConfined(path, flags, mode)
    }
    let last: LastLink = flags & OpenFlag.noFollow != 0 || flags & OpenFlag.exclusive != 0 ? .keep : .follow
    return try resolve(path, guest, last) { (host) throws(Errno) in
      // The magic link to a synthetic file is not the guest's link.
      let flags = host.object >= 0 ? flags & ~(OpenFlag.noFollow | OpenFlag.create) : flags
      return try task.blocking(.openat, host.directory, host.name, flags, mode)
    }
  }

  // MARK: Below a root

  /// `path` from the guest's "/", with the directory in front where it is relative.
  private func absolute(_ path: [UInt8]) throws(Errno) -> [UInt8] {
    if path.first == 0x2f { return path }
    guard let base = try? HostLink.target(ofDescriptor: Int32(task.hostDirectory(directory))) else { return path }
    return task.guestPath(base) + [0x2f] + path
  }

  private func openConfined(_ path: [UInt8], _ flags: Int, _ mode: Int) throws(Errno) -> Int {
    if path.isEmpty { throw .ENOENT }
    let creates = flags & (OpenFlag.create | OpenFlag.temporary & ~OpenFlag.directory) != 0
    var how = OpenHow(
      flags: UInt64(flags & OpenFlag.known), mode: creates ? UInt64(mode & 0o7777) : 0, resolve: ResolveFlag.inRoot)
    return try absolute(path).withHostPath { (name) throws(Errno) in
      try withHostPointer(to: &how) { (how) throws(Errno) in
        try task.blocking(.openat2, Int(files.root), name, how, MemoryLayout<OpenHow>.size)
      }
    }
  }

  private func confine<R>(_ path: [UInt8], _ last: LastLink, _ body: (HostPath) throws(Errno) -> R) throws(Errno) -> R {
    if path.isEmpty {
      // AT_EMPTY_PATH and its absence are the host's to judge.
      return try path.withHostPath { (name) throws(Errno) in
        try body(HostPath(directory: task.hostDirectory(self.directory), name: name))
      }
    }
    let (parent, name, hadSlash) = Self.split(path)
    let isName = !name.isEmpty && name != [0x2e] && name != [0x2e, 0x2e]
    if last == .follow || !isName || (hadSlash && last == .keep) {
      return try withObject(try openConfined(path, OpenFlag.path | OpenFlag.closeOnExec, 0), body)
    }
    let directory = try openConfined(
      parent.isEmpty ? [0x2e] : parent, OpenFlag.path | OpenFlag.directory | OpenFlag.closeOnExec, 0)
    defer { DescriptorLimits.close(Int32(directory)) }
    return try (hadSlash ? name + [0x2f] : name).withHostPath { (name) throws(Errno) in
      try body(HostPath(directory: directory, name: name))
    }
  }

  /// The directory part, the last component without slashes, and whether slashes followed it.
  private static func split(_ path: [UInt8]) -> (parent: [UInt8], name: [UInt8], hadSlash: Bool) {
    var end = path.count
    while end > 0 && path[end - 1] == 0x2f { end -= 1 }
    let start = (path[0..<end].lastIndex(of: 0x2f) ?? -1) + 1
    return (Array(path[0..<start]), Array(path[start..<end]), end < path.count)
  }

  /// Runs `body` with an open object, then closes it.
  private func withObject<R>(_ descriptor: Int, _ body: (HostPath) throws(Errno) -> R) throws(Errno) -> R {
    defer { DescriptorLimits.close(Int32(descriptor)) }
    return try HostLink.path(of: Int32(descriptor)).withHostString { (name) throws(Errno) in
      try body(HostPath(directory: AtFlag.currentDirectory, name: name, object: descriptor))
    }
  }
}

extension Task {
  /// A host path as the guest knows it.
  func guestPath(_ path: [UInt8]) -> [UInt8] {
    process.files.root < 0 ? ProcFiles.guestPath(path, kernel) : process.files.inside(ProcFiles.guestPath(path, kernel))
  }
}

extension FileSystemState {
  /// A host path as guests with this root see it; a path outside of the root stays as it is.
  fileprivate func inside(_ path: [UInt8]) -> [UInt8] {
    guard root >= 0, let top = try? HostLink.target(ofDescriptor: root), path.starts(with: top) else { return path }
    let rest = Array(path[top.count...])
    if rest.isEmpty { return [0x2f] }
    return rest[0] == 0x2f ? rest : path
  }
}

/// Files whose text the kernel makes when they are opened.
enum SyntheticFile {
  /// A descriptor, closed on exec, of a read-only file with `text`.
  static func make(_ text: [UInt8]) throws(Errno) -> Int {
    let closeOnExec = 1
    let descriptor = try "proc".withHostString { (name) throws(Errno) in try Host.call(.memfd_create, name, closeOnExec) }
    do throws(Errno) {
      try text.withHostBytes { (bytes) throws(Errno) in
        try Host.call(.pwrite64, descriptor, bytes, text.count, 0)
      }
      try Host.call(.fchmod, descriptor, 0o444)
    } catch {
      DescriptorLimits.close(Int32(descriptor))
      throw error
    }
    // Out of the way of the number that the guest is to get.
    return Int(try DescriptorLimits.moveUp(Int32(descriptor)))
  }
}
