internal import HeirloomABI
internal import HeirloomMachine

extension Task {
  /// Runs `body` with the host address of the host's form of a guest's iovec array (readv(2)).
  ///
  /// - Parameter written: the host will write into the buffers.
  @discardableResult
  func withVectors<R>(
    _ vectors: InBuffer, _ count: UInt32, written: Bool, _ body: (Int) throws(Errno) -> R
  ) throws(Errno) -> R {
    let limit: UInt32 = 1024  // UIO_MAXIOV
    guard count <= limit else { throw .EINVAL }
    let size = MemoryLayout<Vector32>.size
    return try withScratch(Int(count) * MemoryLayout<HostVector>.size) { (space) throws(Errno) in
      // The guest's array is copied into the upper half, so that each element is read before it is overwritten.
      let raw = UnsafeMutableRawBufferPointer(rebasing: space[(space.count - Int(count) * size)...])
      try memory.copyIn(vectors, into: raw)
      for index in 0..<Int(count) {
        let vector = raw.load(fromByteOffset: index * size, as: Vector32.self)
        guard vector.length <= 0x7fff_ffff else { throw .EINVAL }
        let base =
          written
          ? memory.output(OutBuffer(vector.base), Int(vector.length)) : memory.input(InBuffer(vector.base))
        space.storeBytes(
          of: HostVector(base: base, length: Int(vector.length)),
          toByteOffset: index * MemoryLayout<HostVector>.size, as: HostVector.self)
      }
      return try body(Int(bitPattern: space.baseAddress))
    }
  }

  /// Runs `body` with `size` bytes that it may use.
  @inline(__always) @discardableResult
  func withScratch<R>(_ size: Int, _ body: (UnsafeMutableRawBufferPointer) throws(Errno) -> R) throws(Errno) -> R {
    if size <= 512 {
      // On the stack. The closure cannot throw a typed error through the standard library's.
      var outcome: Result<R, Errno> = .failure(.EIO)
      withUnsafeTemporaryAllocation(byteCount: 512, alignment: 16) { space in
        do throws(Errno) {
          outcome = .success(try body(UnsafeMutableRawBufferPointer(rebasing: space[0..<size])))
        } catch { outcome = .failure(error) }
      }
      return try outcome.get()
    }
    let space = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
    defer { space.deallocate() }
    return try body(space)
  }

  /// SIGPIPE to the task that wrote (pipe(7)).
  func signalBrokenPipe() { send(13, .kernel) }
}
