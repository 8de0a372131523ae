internal import HeirloomABI

/// A guest program that was started from outside, for whoever has started it.
public struct GuestProgram: Sendable {
  private let process: Process
  public var id: Int32 { process.id }

  init(_ process: Process) { self.process = process }

  /// Passes on a signal that the starter has got: those that a terminal raises go to the terminal's foreground group.
  public func signal(_ number: Int32) {
    let kernel = process.kernel
    switch number {
    case Signal.interrupt, Signal.quit, Signal.terminalStop, Signal.windowChange:
      kernel.signalForeground(ofSession: id, number)
    case Signal.continue:
      // As a shell's fg does, for the whole job.
      kernel.signalForeground(ofSession: id, number)
      process.send(number, .kernel)
    case _ where Signal.isValid(number): process.send(number, .kernel)
    default: break
    }
  }

  /// The starter has gone, and its terminal with it.
  public func hangUp() {
    for number in [Signal.hangup, Signal.continue] {
      process.kernel.signalForeground(ofSession: id, number)
      process.send(number, .kernel)
    }
  }
}

extension Kernel {
  /// As `start`, for a program that is not the first one.
  public func startGuest(
    _ request: StartRequest, whenEnded: @escaping @Sendable (ExitStatus) -> Void
  ) throws(StartError) -> GuestProgram {
    GuestProgram(try start(request, whenEnded: whenEnded))
  }
}
