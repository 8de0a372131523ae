internal import HeirloomABI
internal import HeirloomMachine

// Extended attributes (xattr(7)). Their buffers look the same everywhere.

extension Task {
  func setxattr(
    _ path: UserPath, _ name: UserString, _ value: InBuffer, _ size: UInt32, _ flags: Flags
  ) throws(Errno) -> Success {
    try withFullPath(path) { (file, _) throws(Errno) in
      try Host.call(.setxattr, file, memory.input(name), memory.input(value), Int(size), Int(flags.bits))
    }
    return Success()
  }

  func lsetxattr(
    _ path: UserPath, _ name: UserString, _ value: InBuffer, _ size: UInt32, _ flags: Flags
  ) throws(Errno) -> Success {
    try withFullPath(path, .keep) { (file, isOwn) throws(Errno) in
      try Host.call(
        isOwn ? .lsetxattr : .setxattr, file, memory.input(name), memory.input(value), Int(size), Int(flags.bits))
    }
    return Success()
  }

  func fsetxattr(
    _ fd: FD, _ name: UserString, _ value: InBuffer, _ size: UInt32, _ flags: Flags
  ) throws(Errno) -> Success {
    try Host.call(.fsetxattr, fd.host, memory.input(name), memory.input(value), Int(size), Int(flags.bits))
    return Success()
  }

  func getxattr(_ path: UserPath, _ name: UserString, _ value: OutBuffer, _ size: UInt32) throws(Errno) -> Int32 {
    try withFullPath(path) { (file, _) throws(Errno) in
      Int32(try Host.call(.getxattr, file, memory.input(name), memory.output(value, Int(size)), Int(size)))
    }
  }

  func lgetxattr(_ path: UserPath, _ name: UserString, _ value: OutBuffer, _ size: UInt32) throws(Errno) -> Int32 {
    try withFullPath(path, .keep) { (file, isOwn) throws(Errno) in
      Int32(
        try Host.call(
          isOwn ? .lgetxattr : .getxattr, file, memory.input(name), memory.output(value, Int(size)), Int(size)))
    }
  }

  func fgetxattr(_ fd: FD, _ name: UserString, _ value: OutBuffer, _ size: UInt32) throws(Errno) -> Int32 {
    Int32(try Host.call(.fgetxattr, fd.host, memory.input(name), memory.output(value, Int(size)), Int(size)))
  }

  func listxattr(_ path: UserPath, _ list: OutBuffer, _ size: UInt32) throws(Errno) -> Int32 {
    try withFullPath(path) { (file, _) throws(Errno) in
      Int32(try Host.call(.listxattr, file, memory.output(list, Int(size)), Int(size)))
    }
  }

  func llistxattr(_ path: UserPath, _ list: OutBuffer, _ size: UInt32) throws(Errno) -> Int32 {
    try withFullPath(path, .keep) { (file, isOwn) throws(Errno) in
      Int32(try Host.call(isOwn ? .llistxattr : .listxattr, file, memory.output(list, Int(size)), Int(size)))
    }
  }

  func flistxattr(_ fd: FD, _ list: OutBuffer, _ size: UInt32) throws(Errno) -> Int32 {
    Int32(try Host.call(.flistxattr, fd.host, memory.output(list, Int(size)), Int(size)))
  }

  func removexattr(_ path: UserPath, _ name: UserString) throws(Errno) -> Success {
    try withFullPath(path) { (file, _) throws(Errno) in try Host.call(.removexattr, file, memory.input(name)) }
    return Success()
  }

  func lremovexattr(_ path: UserPath, _ name: UserString) throws(Errno) -> Success {
    try withFullPath(path, .keep) { (file, isOwn) throws(Errno) in
      try Host.call(isOwn ? .lremovexattr : .removexattr, file, memory.input(name))
    }
    return Success()
  }

  func fremovexattr(_ fd: FD, _ name: UserString) throws(Errno) -> Success {
    try Host.call(.fremovexattr, fd.host, memory.input(name))
    return Success()
  }
}
