internal import Glibc

/// Where the sockets of a user's kernels stand: `$XDG_RUNTIME_DIR/heirloom`, or `/tmp/heirloom-UID` where that variable names
/// no directory of the user's.
///
/// The folder is the user's own (mode 0700) and no symbolic link; one that is not is never used. A socket's file is named
/// `NAME.PID.sock`, so that a look at the folder says which kernels there are.
struct RuntimeFolder {
  let path: String

  /// The same one for who listens and for who asks.
  static var usual: RuntimeFolder {
    var status = stat()
    if let runtime = getenv("XDG_RUNTIME_DIR").map({ String(cString: $0) }), runtime.hasPrefix("/"), stat(runtime, &status) == 0,
      status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid()
    {
      return RuntimeFolder(path: runtime + "/heirloom")
    }
    return RuntimeFolder(path: "/tmp/heirloom-\(geteuid())")
  }

  /// Makes the folder where it is missing. - Throws: where it is not fit for use, with what is wrong.
  func make() throws(ControlError) {
    if mkdir(path, 0o700) != 0 && errno != EEXIST { throw ControlError("\(path): \(String(cString: strerror(errno)))") }
    if let problem = Self.problem(of: path) { throw ControlError(problem) }
  }

  /// What makes the folder unfit, if it is there at all.
  var problem: String? {
    var status = stat()
    return lstat(path, &status) == 0 ? Self.problem(of: path) : nil
  }

  /// What makes a folder unfit; nil: nothing does.
  static func problem(of path: String) -> String? {
    var status = stat()
    guard lstat(path, &status) == 0 else { return "\(path): \(String(cString: strerror(errno)))" }
    guard status.st_mode & S_IFMT == S_IFDIR else { return "\(path): not a directory (a symbolic link is not followed)" }
    guard status.st_uid == geteuid() else { return "\(path): belongs to another user" }
    guard status.st_mode & 0o077 == 0 else { return "\(path): open to other users (chmod 700 \(path))" }
    return nil
  }

  // MARK: Sockets in it

  struct Entry: Equatable {
    let name: String
    let process: Int32
    let path: String
    /// The connection by which it was seen that somebody listens; nil where none came about.
    var socket: Socket?

    static func == (a: Entry, b: Entry) -> Bool { (a.name, a.process, a.path) == (b.name, b.process, b.path) }
  }

  func socketPath(name: String, process: Int32) -> String { "\(path)/\(name).\(process).sock" }

  /// The sockets in the folder, also of kernels that were killed.
  var sockets: [Entry] {
    guard Self.problem(of: path) == nil, let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var found: [Entry] = []
    while let entry = readdir(directory) {
      let file = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if let entry = Self.entry(file, in: path) { found.append(entry) }
    }
    return found.sorted { $0.process < $1.process }
  }

  /// Those that somebody listens on. What a kernel has left that was killed is removed.
  var entries: [Entry] {
    sockets.compactMap { entry in
      // The process's number may be another's by now, so the socket itself is asked.
      switch Socket.connected(to: entry.path) {
      case .failure(.host(let error)):
        if error == ECONNREFUSED { unlink(entry.path) }
        return nil
      case .failure: return entry
      case .success(let socket):
        var entry = entry
        entry.socket = socket
        return entry
      }
    }
  }

  /// `NAME.PID.sock`
  static func entry(_ file: String, in folder: String) -> Entry? {
    guard file.hasSuffix(".sock") else { return nil }
    let stem = file.dropLast(".sock".count)
    guard let dot = stem.lastIndex(of: "."), let process = Int32(stem[stem.index(after: dot)...]), process > 0, dot > stem.startIndex
    else { return nil }
    return Entry(name: String(stem[..<dot]), process: process, path: folder + "/" + file)
  }

  // MARK: Names

  /// What `--name` takes: letters, digits, `.`, `_` and `-`, not a number, 64 bytes at most.
  static func isValidName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 64 && !name.hasPrefix(".") && !name.hasPrefix("-") && Int(name) == nil
      && name.utf8.allSatisfy(isNameByte)
  }

  /// A kernel's name after the program that it runs.
  static func name(after program: String) -> String {
    // By bytes: Unicode's tables would be a part of every small program's start.
    var path = Array(program.utf8)[...]
    while path.last == UInt8(ascii: "/") { path.removeLast() }
    let file = path[(path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0)...]
    let name = String(decoding: file.prefix(64).map { isNameByte($0) ? $0 : UInt8(ascii: "_") }, as: UTF8.self)
    return isValidName(name) ? name : "kernel"
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}

/// A path that leads there from anywhere; the path itself where there is nothing.
func absolutePath(_ path: String) -> String {
  guard let real = realpath(path, nil) else { return path }
  defer { free(real) }
  return String(cString: real)
}

/// The calling process.
func currentProcess() -> Int32 { getpid() }
/// Its effective user.
func currentUser() -> UInt32 { geteuid() }
func describe(errno: Int32) -> String { String(cString: strerror(errno)) }
func removeFile(_ path: String) { unlink(path) }
