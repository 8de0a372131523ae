/// Signals of one task.
struct TaskSignals {
}
/// Signals of a process.
final class ProcessSignals: @unchecked Sendable {
}
