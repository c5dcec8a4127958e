package org.reckoner.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.reckoner.deliver.Outgoing;
import org.reckoner.deliver.files.Form;
import org.reckoner.deliver.files.WholeFile;
import org.reckoner.ledger.invoice.Invoices;

/// Writes issued documents as files that a person asked for, in place of older ones.
public final class Exports {

    private Exports() {}

    /// @return the files, in the order of the forms
    public static List<Path> write(Invoices.Stored stored, Path folder, Collection<Form> forms) {
        return write(stored, folder, forms, Form.ArtificeLayout.USUAL);
    }

    /// @return the files, in the order of the forms
    public static List<Path> write(
            Invoices.Stored stored, Path folder, Collection<Form> forms, Form.ArtificeLayout layout) {
        Outgoing document = Outgoing.of(stored, Optional.empty());
        List<Path> files = new ArrayList<>();
        for (Form form : forms) {
            Path file = folder.resolve(document.reference() + form.suffix());
            try {
                files.add(WholeFile.replace(file, form.write(document, layout)));
            } catch (IOException e) {
                throw new AskedWrongly("cannot write %s: %s".formatted(file, FileTrouble.reason(e)));
            }
        }
        return files;
    }
}
