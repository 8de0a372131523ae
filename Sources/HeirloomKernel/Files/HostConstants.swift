internal import HeirloomABI

/// Numbers of the host's interface that this kernel uses by itself; i386 and x86-64 share them all.
enum OpenFlag {
  static let accessMode = 3
  static let writeOnly = 1
  static let readWrite = 2
  static let create = 0o100
  static let exclusive = 0o200
  static let noTerminal = 0o400
  static let truncate = 0o1000
  static let append = 0o2000
  static let nonblocking = 0o4000
  static let directory = 0o200000
  static let noFollow = 0o400000
  static let closeOnExec = 0o2000000
  static let path = 0o10000000
  static let temporary = 0o20000000
  /// What openat2 accepts; open(2) ignores the rest.
  static let known = 0o37777703
}

enum AtFlag {
  static let currentDirectory = -100
  static let noFollow: UInt32 = 0x100
  static let effectiveAccess: UInt32 = 0x200
  static let removeDirectory: UInt32 = 0x200
  static let follow: UInt32 = 0x400
  static let noAutomount: UInt32 = 0x800
  static let emptyPath: UInt32 = 0x1000
}

enum FileControl {
  static let duplicate = 0
  static let getDescriptorFlags = 1
  static let setDescriptorFlags = 2
  static let getFlags = 3
  static let setFlags = 4
  static let getLock = 5
  static let setLock = 6
  static let setLockWait = 7
  static let setOwner = 8
  static let getOwner = 9
  static let setSignal = 10
  static let getSignal = 11
  static let getLock64 = 12
  static let setLock64 = 13
  static let setLockWait64 = 14
  static let setOwnerEx = 15
  static let getOwnerEx = 16
  static let getOwnerUIDs = 17
  static let openFileGetLock = 36
  static let openFileSetLock = 37
  static let openFileSetLockWait = 38
  static let notify = 1026
  static let duplicateCloseOnExec = 1030
}

enum ResolveFlag {
  static let noMagicLinks: UInt64 = 2
  static let inRoot: UInt64 = 0x10
}

/// f_type of file systems that are treated apart (statfs(2)).
enum FileSystemType {
  static let proc: Int64 = 0x9fa0
  static let ext: Int64 = 0xef53
}

/// Runs `body` with a value's host address.
@inline(__always) @discardableResult
func withHostPointer<T, R>(to value: inout T, _ body: (Int) throws(Errno) -> R) throws(Errno) -> R {
  try withUnsafeMutablePointer(to: &value) { (pointer) throws(Errno) in try body(Int(bitPattern: pointer)) }
}

extension String {
  /// Runs `body` with the host address of a NUL-terminated copy of this, `LosslessText`.
  @discardableResult
  func withHostString<R>(_ body: (Int) throws(Errno) -> R) throws(Errno) -> R {
    var bytes = LosslessText.bytes(self)
    bytes.append(0)
    return try bytes.withHostBytes(body)
  }

  @discardableResult
  func withHostString<R>(_ body: (Int) -> R) -> R {
    (LosslessText.bytes(self) + [0]).withUnsafeBytes { body(Int(bitPattern: $0.baseAddress)) }
  }
}

extension [UInt8] {
  /// Runs `body` with the bytes' host address.
  @discardableResult
  func withHostBytes<R>(_ body: (Int) throws(Errno) -> R) throws(Errno) -> R {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: Swift.max(count, 1), alignment: 1)
    defer { copy.deallocate() }
    copy.copyBytes(from: self)
    return try body(Int(bitPattern: copy.baseAddress))
  }

  /// The same with a NUL behind them.
  @discardableResult
  func withHostPath<R>(_ body: (Int) throws(Errno) -> R) throws(Errno) -> R {
    try (self + [0]).withHostBytes(body)
  }
}
