/** What the rest of the program knows of a workspace: a plain value, read from workspace.yaml. */

/** Version of workspace.yaml's format. */
export const WORKSPACE_FORMAT = 1

export interface Workspace {
  /** absolute path */
  dir: string
  /** version of the course that it was made with, MAJOR.MINOR.PATCH */
  course: string
  /** `auto` or a target's name */
  target: string
  /** lab id → what the learner builds there */
  labs: Readonly<Record<string, WorkspaceLab>>
}

export interface WorkspaceLab {
  track: string
  /** the component's folder, relative to the workspace */
  component: string
}
