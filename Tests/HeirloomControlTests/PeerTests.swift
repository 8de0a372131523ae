import CMachine
import Foundation
import Testing

@testable import HeirloomControl

/// Who may speak to a kernel.
@Suite struct PeerTests {
  /// The folder and the socket keep others out; here both are open, and the kernel itself has to see who it is.
  @Test(.enabled(if: geteuid() == 0, "only root can connect as another user"))
  func anotherUserIsDropped() throws {
    let kernel = try BootedKernel()
    let folder = URL(filePath: kernel.entry.path).deletingLastPathComponent()
    for (path, mode) in [(kernel.entry.path, 0o666), (folder.path, 0o711), (folder.deletingLastPathComponent().path, 0o711)] {
      #expect(chmod(path, mode_t(mode)) == 0)
    }
    #expect(kernel.serves())
    for user in [65534, 1] {
      #expect(Self.greeting(of: kernel.entry.path, as: user) == .failure(.socket(.closed)), "user \(user)")
    }
    #expect(try Self.greeting(of: kernel.entry.path, as: 0).get()["heirloom"] == .integer(Int64(ControlProtocol.version)))
    #expect(kernel.serves())
  }

  /// What a kernel says to a user who connects.
  private static func greeting(of path: String, as user: Int) -> Result<JSON, FrameChannel.Failure> {
    nonisolated(unsafe) var answer = Result<JSON, FrameChannel.Failure>.failure(.rubbish("nothing"))
    let isDone = DispatchSemaphore(value: 0)
    // Linux has credentials for each thread; the C library's own setresuid(2) would change all threads'.
    Thread.detachNewThread {
      let setresuid = 117
      let become = { (user: Int) in heirloom_host_call(setresuid, -1, user, -1, 0, 0, 0) }
      if become(user) == 0 {
        switch Socket.connected(to: path) {
        case .failure(let failure): answer = .failure(.socket(failure))
        case .success(let socket):
          do throws(FrameChannel.Failure) { answer = .success(try FrameChannel(socket).receive(until: soon)) } catch {
            answer = .failure(error)
          }
        }
        _ = become(0)
      }
      isDone.signal()
    }
    isDone.wait()
    return answer
  }
}
