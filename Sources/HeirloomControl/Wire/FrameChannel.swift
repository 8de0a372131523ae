/// Frames over a socket: four bytes of length, little-endian, and a JSON value of that many bytes. See Protocol.swift.
final class FrameChannel {
  let socket: Socket
  /// Received and not yet part of a frame that was handed out.
  private var pending: [UInt8] = []
  /// Descriptors that the peer has sent; whoever takes them closes them.
  private var descriptors: [Int32] = []

  init(_ socket: Socket) { self.socket = socket }

  deinit { closeAll(descriptors) }

  /// Longer ones are refused before they are read. A file of definitions travels in one.
  static let maximumLength = 64 << 20
  private static let chunk = 64 << 10

  /// Why no frame could be sent or had.
  enum Failure: Error, Equatable {
    /// What was to be sent is longer than the protocol allows.
    case tooLong
    case socket(Socket.Failure)
    /// What the peer has sent is none.
    case rubbish(String)
  }

  func send(_ value: JSON, descriptors: [Int32] = [], until deadline: UInt64?) throws(Failure) {
    let text = Array(value.text.utf8)
    guard text.count <= Self.maximumLength else { throw .tooLong }
    var frame = withUnsafeBytes(of: UInt32(text.count).littleEndian) { Array($0) }
    frame += text
    do throws(Socket.Failure) { try socket.send(frame, descriptors: descriptors, until: deadline) } catch {
      throw .socket(error)
    }
  }

  /// The next frame. Nothing is allocated for what has only been announced.
  func receive(until deadline: UInt64?) throws(Failure) -> JSON {
    try fill(4, deadline)
    let length = Int(pending[0]) | Int(pending[1]) << 8 | Int(pending[2]) << 16 | Int(pending[3]) << 24
    guard length <= Self.maximumLength else {
      throw .rubbish("a message of \(length) bytes, and \(Self.maximumLength) are the most")
    }
    try fill(4 + length, deadline)
    let text = Array(pending[4..<4 + length])
    pending.removeFirst(4 + length)
    do throws(JSONParser.Problem) { return try JSONParser.parse(text) } catch {
      throw .rubbish("not JSON: \(error.what) at byte \(error.offset)")
    }
  }

  private func fill(_ count: Int, _ deadline: UInt64?) throws(Failure) {
    while pending.count < count {
      let more: (bytes: [UInt8], descriptors: [Int32])
      do throws(Socket.Failure) {
        more = try socket.receive(atMost: min(Self.chunk, count - pending.count), until: deadline)
      } catch { throw .socket(error) }
      pending += more.bytes
      descriptors += more.descriptors
      if descriptors.count > Socket.maximumDescriptors { throw .rubbish("more than \(Socket.maximumDescriptors) descriptors") }
    }
  }

  /// The descriptors that have come so far; they are the caller's.
  func takeDescriptors() -> [Int32] {
    defer { descriptors = [] }
    return descriptors
  }
}
